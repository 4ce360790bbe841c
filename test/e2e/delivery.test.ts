import { expect, test } from "bun:test"
import { question, serverWithModel } from "../support/agents"
import { inTurn } from "../support/anthropic-peer"
import { browserPath, openBrowser } from "../support/browser"
import { change, documented, implemented, reviewed, tested } from "../support/outputs"
import { picture } from "../support/picture"

const citations = [{ source: 1, quote: "save a link with one key press" }]
const long = "x".repeat(300)
const edits = [{ find: "const limit = 100", replace: `const limit = 500 // ${long}` }]
const modified = { path: "src/limits.ts", action: "modify", content: null, edits, citations }
const body = `Press \`Ctrl+S\`.\n\n## Options\n\n| Key | Does |\n| --- | --- |\n| \`limit\` | ${long} |`

const answers = [
  ["implementation", { ...implemented({ citations }), changes: [change(), change(modified)] }],
  ["testing", tested()],
  ["review", reviewed()],
  ["documentation", { ...documented(), sections: [{ heading: "Save a link", body, citations }] }],
] as const

test.skipIf(!browserPath)(
  "in a browser: the artifacts of each delivery type are readable on narrow and wide screens",
  async () => {
    const answer = inTurn(...answers.map(([, output]) => JSON.stringify(output)))
    await using it = await serverWithModel({ answer })
    await using browser = await openBrowser()
    const page = await browser.newPage()
    for (const [type] of answers) {
      const { id } = await it.agent({ name: `Hand of ${type}`, type })
      await it.client.runAgent(id, question)
      await page.goto(`${it.server.url}/agents/${id}`)
      await page.locator("#agent-output .prose h4").first().waitFor()
      await picture(page, `agent-${type}`)
    }
    await page.getByRole("link", { name: "[1]" }).first().click()
    await page.locator("mark").getByText("save a link with one key press").waitFor()
    await page.goto(`${it.server.url}/agents`)
    await page.getByLabel("Type").selectOption("review")
    await picture(page, "agents-types")
    expect(await page.getByRole("article").count()).toBe(answers.length)
  },
)
