import { expect, test } from "bun:test"
import { browserPath, openBrowser } from "../support/browser"
import { claudeCli, said } from "../support/claude-cli"
import { picture } from "../support/picture"
import { testRepository } from "../support/repository"
import { testServer } from "../support/server"

test.skipIf(!browserPath)(
  "in a browser: create a Claude Code agent, start it in a repository, continue its session",
  async () => {
    await using repo = await testRepository()
    await using peer = await claudeCli(
      ...[{ say: said.init }, { say: said.uses("Write", { file_path: "made.txt" }) }],
      ...[{ write: `${repo.path}/made.txt`, text: "made" }, { say: said.used() }],
      { say: said.result({ result: "I **made** it." }) },
    )
    const PATH = process.env.PATH ?? ""
    const settings = { CLAUDE_CODE_PATH: peer.path, HOME: peer.dir, PATH }
    await using server = await testServer({ settings })
    await using browser = await openBrowser()
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } })
    await page.goto(`${server.url}/agents`)
    const tools = page.getByLabel("Allowed tools, one per line")
    expect(await tools.isVisible()).toBe(false)
    await page.getByLabel("Name").fill("Coder")
    await page.getByLabel("Type").selectOption("claude_code")
    await tools.fill("Bash(npm test)\nBash(git diff *)")
    await picture(page, "claude-agent-new")
    await page.getByRole("button", { name: "Create agent" }).click()
    await page.waitForURL(/\/agents\/[0-9a-f-]+$/)
    const [agent] = await server.client.listAgents()
    const allowed_tools = ["Bash(npm test)", "Bash(git diff *)"]
    expect(agent?.config).toMatchObject({ allowed_tools, max_turns: 50 })

    await page.getByLabel("What should be done?").fill("Make it.")
    await page.getByLabel("Repository").fill(repo.path)
    await page.getByRole("button", { name: "Start" }).click()
    await page.getByRole("log").getByText("uses Write: made.txt").waitFor()
    await page.locator("#agent-output code").getByText("made.txt").waitFor()
    await page.reload()
    await picture(page, "claude-agent-done")
    await page.getByLabel("What should be done?").fill("Go on.")
    await page.getByLabel("Continue the session").check()
    await page.getByRole("button", { name: "Start" }).click()
    await page.getByRole("log").getByText("goes on from session").waitFor()
  },
)
