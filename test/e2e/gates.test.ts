import { expect, test } from "bun:test"
import type { Page } from "playwright-core"
import { browserPath, openBrowser } from "../support/browser"
import { atGate, stage } from "../support/gates"
import { picture } from "../support/picture"
import { finished } from "../support/runs"
import { testServer } from "../support/server"

/** Collects browser errors, except refusals, which the test expects. */
function complaintsOf(page: Page): string[] {
  const complaints: string[] = []
  page.on("console", (message) => {
    const isRefusal = /status of 4(00|09)/.test(message.text())
    if (message.type() === "error" && !isRefusal) complaints.push(message.text())
  })
  page.on("pageerror", (error) => complaints.push(error.message))
  return complaints
}

const draft = (version: number, tone: string) =>
  `# Draft\n\nThe list is kept in memory.\n\nIt is ${tone} draft ${version}, on purpose.`

/** Numbers drafts by the reviewer's feedback. The final step repeats its input. */
function answer(prompt: string): string {
  if (prompt.includes("What the reviewer wants changed")) return draft(2, "a shorter")
  const [given] = /It is .*/.exec(prompt) ?? []
  return given ? `The final step read: ${given}` : draft(1, "the first")
}

test.skipIf(!browserPath)(
  "in a browser: request changes, edit, compare versions, approve, and the next step uses the edited text",
  async () => {
    await using all = await stage({}, answer)
    const { client, url } = all.server
    const { id } = await atGate(all)
    await using browser = await openBrowser()
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } })
    const complaints = complaintsOf(page)

    await page.goto(url)
    await page.getByText("Your decision: Look at it").waitFor()
    await page.getByRole("link", { name: "Write it." }).click()
    const gate = page.locator("#gate")
    await gate.getByText("Your decision on Draft, version 1").waitFor()
    await picture(page, "gate")

    let loads = 0
    page.on("load", () => loads++)
    await gate.getByText("Request changes", { exact: true }).click()
    await gate.getByLabel("What should change?").fill("Shorter, please.")
    await gate.getByRole("button", { name: "Request these changes" }).click()
    await gate.getByText("version 2", { exact: false }).first().waitFor()
    await page.locator(".prose").getByText("It is a shorter draft 2").waitFor()

    await gate.getByText("Edit", { exact: true }).click()
    const text = gate.getByLabel("Text, in Markdown")
    const edited = (await text.inputValue()).replace("on purpose", "edited by hand")
    await text.fill(edited)
    // Somebody else saves a version meanwhile: the typed text stays and needs a new confirmation.
    const other = { decision: "edit", version: 2, content: draft(3, "somebody's") } as const
    await client.decide(id, "gate", other)
    await page.locator(".prose").getByText("It is somebody's draft 3").waitFor()
    expect(await text.inputValue()).toBe(edited)
    await gate.getByRole("button", { name: "Save as version 3" }).click()
    await gate.getByRole("alert").getByText("There is a newer version.").waitFor()
    expect(await text.inputValue()).toBe(edited)
    await picture(page, "gate-outdated")
    await gate.getByRole("button", { name: "Save as version 4" }).click()
    await gate.getByRole("button", { name: "Approve version 4" }).waitFor()

    const versions = page.locator("#versions")
    expect(await versions.locator(".versions li").allTextContents()).toEqual([
      expect.stringContaining("made by the agent"),
      expect.stringMatching(/revised by the agent after your feedback.*Shorter, please\./s),
      expect.stringContaining("edited by hand"),
      expect.stringContaining("edited by hand"),
    ])
    await versions.getByLabel("Compare").selectOption("2")
    await versions.getByRole("button", { name: "Compare" }).click()
    await page.waitForURL(/from=2&to=4/)
    await page.locator("section[aria-label='From version 2 to version 4']").waitFor()
    expect(await versions.locator("ins").allTextContents()).toEqual([
      "+It is a shorter draft 2, edited by hand.",
    ])
    expect(await versions.locator("ins mark").allTextContents()).toEqual(["edited", "by hand"])
    await picture(page, "gate-compare")

    await gate.getByRole("button", { name: "Approve version 4" }).click()
    await page.locator("#run svg [data-status=completed]").nth(2).waitFor()
    expect(loads, "decisions need no reload").toBe(0)
    await page.goto(`${url}/runs/${id}?node=final`)
    const read = "The final step read: It is a shorter draft 2, edited by hand."
    await page.locator(".prose").getByText(read).waitFor()
    expect(complaints).toEqual([])
  },
)

test.skipIf(!browserPath)("in a browser: a rejection asks first and ends the run", async () => {
  await using all = await stage()
  const { id } = await atGate(all)
  await using browser = await openBrowser()
  const page = await browser.newPage()
  await page.goto(`${all.server.url}/runs/${id}`)
  await page.locator("#gate-reject summary").click()
  await page.getByLabel("Why? (optional)").fill("Beside the point.")
  await page.getByRole("button", { name: "Reject and end the run" }).click()
  await page.getByRole("dialog").getByRole("button", { name: "Reject it" }).click()
  await page.getByText("Draft was rejected: Beside the point.").first().waitFor()
  expect(await finished(all.server.client, id)).toMatchObject({ status: "failed" })
})

test.skipIf(!browserPath)(
  "in a browser: write a workflow with live faults and preview, edit it, and delete it",
  async () => {
    await using server = await testServer()
    await using browser = await openBrowser()
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } })
    const complaints = complaintsOf(page)
    await page.goto(`${server.url}/workflows`)
    await page.getByText("None yet").waitFor()
    await picture(page, "workflows")
    await page.getByRole("link", { name: "New workflow" }).click()
    const source = page.getByLabel("Definition")
    const text = await source.inputValue()
    await source.fill(text.replace('"planning"', '"plonning"'))
    await page.locator("#faults").getByText("Give the id of an agent").waitFor()
    await picture(page, "editor-fault")
    await page.getByRole("button", { name: "Create workflow" }).click()
    await page.getByRole("alert").getByText("Not saved").waitFor()
    expect(await source.inputValue()).toContain("plonning")
    await source.fill(text.replace('"Plan"', '"A plan <b>"'))
    await page.locator("#preview .node-name").getByText("A plan <b>").waitFor()
    await page.getByRole("button", { name: "Create workflow" }).click()
    await page.getByRole("heading", { name: "My workflow" }).waitFor()
    await page.getByText("The steps as a list").click()
    await page.getByText("gate, you decide; after Wishes").waitFor()
    await picture(page, "workflow-own")
    await page.getByRole("button", { name: "Duplicate" }).click()
    await page.getByRole("heading", { name: "Edit My workflow (copy)" }).waitFor()
    await page.getByRole("button", { name: "Save" }).click()
    await page.getByRole("button", { name: "Delete" }).click()
    await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click()
    await page.getByRole("link", { name: "My workflow", exact: true }).waitFor()
    expect(await page.getByText("My workflow (copy)").count()).toBe(0)
    const exported = page.waitForEvent("download")
    await page.getByRole("link", { name: "My workflow", exact: true }).click()
    await page.getByRole("link", { name: "Export" }).click()
    const file = await (await exported).path()
    await page.goto(`${server.url}/workflows`)
    await page.getByLabel("Import a file").setInputFiles(file)
    await page.waitForURL(/\/workflows\/[0-9a-f-]{36}$/)
    expect((await server.client.listWorkflows()).map(({ name }) => name)).toEqual([
      "My workflow",
      "My workflow",
    ])
    expect(complaints).toEqual([])
  },
)
