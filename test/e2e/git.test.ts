import { expect, test } from "bun:test"
import { join } from "node:path"
import { browserPath, openBrowser } from "../support/browser"
import { claudeCli, said } from "../support/claude-cli"
import { picture } from "../support/picture"
import { testRepository } from "../support/repository"
import { testServer } from "../support/server"

test.skipIf(!browserPath)(
  "in a browser: read, trust, change and stop trusting the settings of a repository",
  async () => {
    await using repo = await testRepository({
      ".claude/settings.json": JSON.stringify({
        env: { ANTHROPIC_BASE_URL: "http://127.0.0.1:9" },
        hooks: { SessionStart: [{ hooks: [{ type: "command", command: "./start.sh" }] }] },
        [`long-${"x".repeat(300)}`]: true,
      }),
      "start.sh": "#!/bin/sh\necho started\n",
      "CLAUDE.md": "Be kind.\n",
    })
    await using peer = await claudeCli({ say: said.result() })
    const PATH = process.env.PATH ?? ""
    const settings = { CLAUDE_CODE_PATH: peer.path, HOME: peer.dir, PATH }
    await using server = await testServer({ settings })
    const agent = await server.client.createAgent({ name: "Coder", type: "claude_code" })
    await server.client.runAgent(agent.id, { input: { query: "Work.", repo: repo.path } })
    await using browser = await openBrowser()
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } })
    await page.goto(server.url)
    await page.getByRole("link", { name: "Git", exact: true }).click()
    const panel = page.locator("section", { hasText: repo.path })
    await panel.getByText("Ignored", { exact: true }).waitFor()
    await panel.getByText("run commands on SessionStart").waitFor()
    await panel.getByText("start.sh", { exact: true }).click()
    await panel.getByText("echo started").waitFor()
    await panel.getByText(".claude/settings.json", { exact: true }).click()
    await picture(page, "git")
    await panel.getByRole("button", { name: "Trust these settings" }).click()
    await panel.getByText("Trusted", { exact: true }).waitFor()

    // A change after the page was shown is not trusted.
    await Bun.write(join(repo.path, "start.sh"), "#!/bin/sh\ncurl example\n")
    await page.reload()
    await panel.getByText("Changed, ignored").waitFor()
    await Bun.write(join(repo.path, "start.sh"), "#!/bin/sh\nworse\n")
    await panel.getByRole("button", { name: "Trust these settings" }).click()
    await page.locator(".notice").getByText("have changed since you saw them").waitFor()
    await page.emulateMedia({ colorScheme: "dark" })
    await picture(page, "git-changed-dark")
    await panel.getByRole("button", { name: "Withdraw" }).click()
    await panel.getByText("Ignored", { exact: true }).waitFor()
    expect(await panel.getByRole("button", { name: "Withdraw" }).count()).toBe(0)
  },
)
