import { afterAll, beforeAll, describe, expect, test } from "bun:test"
import type { Locator, Page } from "playwright-core"
import { accessibilityProblems } from "../support/axe"
import { browserPath, openBrowser, type TestBrowser } from "../support/browser"
import { type TestServer, testServer } from "../support/server"

/** A form, what is wrong in it, and the field that says so. */
type Case = {
  page: string
  form: string
  typed: Record<string, string>
  field: string
  problem: string
}

const agentForm = { page: "/agents", form: "form[action='/agents']" }
const cases: Record<string, Case> = {
  "adding a web page": {
    ...{ page: "/documents", form: "form[action='/documents/scrape']", field: "url" },
    ...{ typed: { url: "https://nowhere.invalid/a?b=%22c" }, problem: "has no address" },
  },
  "adding a folder": {
    ...{ page: "/documents", form: "form[action='/documents/folders']", field: "path" },
    ...{ typed: { path: '/nowhere/"at" <all>' }, problem: "There is no folder" },
  },
  "creating an agent": {
    ...{ ...agentForm, field: "system_prompt", problem: "A custom agent needs instructions" },
    typed: { name: "Guide", type: "custom", description: "Helps <new> colleagues" },
  },
  "an agent's folded limits": {
    ...{ ...agentForm, field: "timeout", problem: "86400" },
    typed: { name: "Guide", type: "planning", timeout: "90000" },
  },
  "starting a workflow": {
    ...{ page: "/workflows/discovery_design_planning", form: "form.start", field: "query" },
    ...{ typed: { query: "  " }, problem: "Enter a task or question." },
  },
  chat: {
    ...{ page: "/chat", form: "#composer", field: "message" },
    ...{ typed: { message: " \n " }, problem: "" },
  },
  settings: {
    ...{ page: "/settings", form: "form:has(#retention_days)", field: "retention_days" },
    ...{ typed: { budget_run_usd: "2", retention_days: "1.5" }, problem: "whole number of days" },
  },
}

let server: TestServer
let browser: TestBrowser
beforeAll(async () => {
  if (!browserPath) return
  server = await testServer()
  browser = await openBrowser()
})
afterAll(async () => {
  await browser?.[Symbol.asyncDispose]()
  await server?.[Symbol.asyncDispose]()
})

async function fill(page: Page, form: Locator, typed: Case["typed"]): Promise<void> {
  // What a browser would refuse by itself, the server must refuse too.
  await form.evaluate((it: HTMLFormElement) => {
    it.noValidate = true
    for (const fold of it.querySelectorAll("details")) fold.open = true
  })
  for (const [name, value] of Object.entries(typed)) {
    const field = form.locator(`[name="${name}"]`)
    if (await field.evaluate((it) => it.tagName === "SELECT")) await field.selectOption(value)
    else await field.fill(value)
  }
  await form.locator("button[type=submit]:visible").last().click()
  await page.locator("[aria-invalid=true]").waitFor()
}

describe.skipIf(!browserPath)("wrong input", () => {
  for (const scripts of [true, false])
    test(`is kept, with the problem beside its field, ${scripts ? "with" : "without"} scripts`, async () => {
      const page = await browser.newPage({ javaScriptEnabled: scripts })
      const faults: Record<string, string[]> = {}
      for (const [what, { page: path, form: selector, typed, field, problem }] of Object.entries(
        cases,
      )) {
        await page.goto(server.url + path)
        const form = page.locator(selector)
        await fill(page, form, typed)
        const wrong = form.locator(`[name="${field}"]`)
        const said = form.locator(`#problem-${field}`)
        const values = Object.keys(typed).map((name) =>
          form.locator(`[name="${name}"]`).inputValue(),
        )
        expect({
          what,
          values: await Promise.all(values),
          said: await said.textContent(),
          isSeen: await said.isVisible(),
          described: await wrong.getAttribute("aria-describedby"),
          isFocused: await wrong.evaluate((it) => it === document.activeElement),
          notices: await page.locator("#notices > *").count(),
        }).toEqual({
          ...{ what, values: Object.values(typed), isSeen: true, isFocused: true, notices: 0 },
          said: expect.stringContaining(problem),
          described: expect.stringContaining(`problem-${field}`),
        })
        // axe needs scripts.
        if (scripts) faults[path] ??= await accessibilityProblems(page)
      }
      expect(Object.values(faults).flat()).toEqual([])
    })
})

test.skipIf(!browserPath)("a problem goes once its field is corrected and sent", async () => {
  const page = await browser.newPage()
  await page.goto(`${server.url}/agents`)
  const form = page.locator("form[action='/agents']")
  await fill(page, form, { name: "Guide", type: "custom" })
  await form.locator("#system_prompt").fill("Answer in one sentence.")
  await page.locator(".problem").waitFor({ state: "detached" })
  expect(await form.locator("[aria-invalid]").count()).toBe(0)
  await form.getByRole("button", { name: "Create agent" }).click()
  await page.getByRole("heading", { name: "Guide" }).waitFor()
})

test.skipIf(!browserPath)("the page that a refused form comes back on is accessible", async () => {
  const page = await browser.newPage()
  await page.goto(`${server.url}/agents`)
  await page.locator("#name").fill("Guide")
  await page.locator("#type").selectOption("custom")
  await page.locator("form[action='/agents']").evaluate((it: HTMLFormElement) => it.submit())
  await page.waitForFunction(() => document.title.startsWith("Error: "))
  await page.locator("#problem-system_prompt").waitFor()
  expect(await page.locator("#name").inputValue()).toBe("Guide")
  expect(await accessibilityProblems(page)).toEqual([])
})
