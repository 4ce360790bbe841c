import { expect, test } from "bun:test"
import type { Page } from "playwright-core"
import type { Client } from "../../src/ways-in/client/client"
import { browserPath, openBrowser } from "../support/browser"
import { whole } from "../support/chat"
import { kept, testFolder } from "../support/folder"
import { atGate, stage } from "../support/gates"
import { finished } from "../support/runs"

const word = (length: number, letter = "w") => letter.repeat(length)
const row = (cell: string) => `|${` ${cell} |`.repeat(500)}`
const deepest = " ".repeat(22)
const link = `https://example.org/${word(3000)}`

/** Markdown with blocks that are wider than any screen. */
const wide = [
  ...[1, 2, 3, 4, 5, 6].map((level) => `${word(level, "#")} ${word(300, "H")}${level}`),
  ...["> ", "- ", "1. ", "> - "].map((mark) => `${mark.repeat(400)}deep`),
  Array.from({ length: 100 }, (_, level) => `${"  ".repeat(level)}- item ${level}`).join("\n"),
  word(10_000),
  `\`${word(10_000)}\``,
  `\`\`\`ts\n${word(10_000)}\n\`\`\``,
  `https://example.org/${word(10_000)}`,
  `[${word(3000)}](${link}) ![${word(3000)}](${link})`,
  [row("name"), row("-"), row("value")].join("\n"),
  `| a | b |\n| - | - |\n| ${word(5000)} | \`${word(5000)}\` |`,
  `${"- ".repeat(11)}code\n\n${deepest}\`\`\`\n${deepest}${word(500)}\n${deepest}\`\`\``,
  `Users must be able to ${word(3000)} save a link.`,
].join("\n\n")

test.skipIf(!browserPath)("no page is wider than its window, whatever its content", async () => {
  await using all = await stage({}, () => wide)
  await using folder = await testFolder({ [`${word(200)}/${word(200)}/${word(200)}.md`]: wide })
  const paths = await fill(all.server.client, folder.path, (await atGate(all)).id)
  await using browser = await openBrowser()
  const page = await browser.newPage()
  const tooWide: string[] = []
  for (const path of paths) {
    await page.goto(all.server.url + path)
    for (const width of [390, 1440]) {
      await page.setViewportSize({ width, height: 900 })
      const excess = await excessOf(page)
      if (excess > 0) tooWide.push(`${path.slice(0, 80)} at ${width} px: ${excess} px`)
    }
  }
  expect(tooWide).toEqual([])
})

/** Creates resources with the widest allowed names and texts. Returns the pages that show them. */
async function fill(client: Client, folder: string, waiting: string): Promise<string[]> {
  const upload = async (name: string, text: string) => {
    const documents = await client.uploadDocuments([{ name, content: new Blob([text]) }])
    const [document] = await client.settleDocuments(documents)
    return document?.id
  }
  const [markdown, code] = await Promise.all(
    ["md", "ts"].map((extension) => upload(`${word(240)}.${extension}`, wide)),
  )
  await upload(`${word(240)}.md`, `${wide}\n\n${word(4000, "v")}`)
  await kept(client, folder)
  const title = word(200, "N")
  const described = { name: title, description: word(2000) }
  const prompt = word(3000)
  const agent = await client.createAgent({ ...described, type: "custom", system_prompt: prompt })
  const nodes = [{ id: "step", name: title, agent: agent.id }]
  const workflow = await client.createWorkflow({ ...described, graph_definition: { nodes } })
  const started = await client.startWorkflow(workflow.id, { query: word(20_000, "Q") })
  const run = await finished(client, started.id)
  const chat = await client.createSession({ title })
  await whole(client.chat(chat.id, { message: wide }))
  return [
    ...["/", "/chat", "/agents", "/workflows", "/settings", "/settings/start"],
    ...["/documents", "/documents/eval"],
    ...["/documents/folders", `/nowhere/${word(2000)}`, `/documents/named?name=${word(900)}`],
    ...[`/search?q=${word(3000)}`, "/search?q=deep"],
    ...["/docs", "/docs/api-reference", "/docs/settings-file", "/docs/architecture"],
    ...[`/documents/${markdown}`, `/documents/${markdown}?view=source`, `/documents/${code}`],
    ...[`/documents/${markdown}?start=0&end=9000&view=rendered`, `/documents/${markdown}?q=deep`],
    `/documents/${markdown}/compare?from=1&to=2`,
    ...[`/agents/${agent.id}`, `/chat/${chat.id}`],
    ...[`/workflows/${workflow.id}`, `/workflows/${workflow.id}/edit`],
    ...[`/runs/${run.id}`, `/runs/${run.id}/fork`, `/runs/${run.id}/compare`, `/runs/${waiting}`],
    ...["/runs", `/runs/${run.id}/compare/${waiting}`],
  ]
}

/** Returns how many pixels the page is wider than the window, with everything folded out. */
function excessOf(page: Page): Promise<number> {
  return page.evaluate(() => {
    for (const fold of document.querySelectorAll("details")) fold.open = true
    return (document.scrollingElement?.scrollWidth ?? 0) - innerWidth
  })
}
