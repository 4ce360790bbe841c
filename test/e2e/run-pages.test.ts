import { expect, test } from "bun:test"
import { serverWithModel } from "../support/agents"
import { browserPath, openBrowser } from "../support/browser"
import { picture } from "../support/picture"
import { finished, reached } from "../support/runs"

type Mode = "answers" | "refuses" | "writes"

/** A server whose model does as `model.mode` says, and a workflow of two steps. */
async function stage() {
  const model: { mode: Mode } = { mode: "answers" }
  const it = await serverWithModel({
    answer: ({ messages }) => {
      if (model.mode === "writes") return { fault: "stall", after: "# Notes\n\nNot <b>bold</b>." }
      const isSecond = messages[0]?.content.includes("The second step")
      if (isSecond && model.mode === "refuses") return { status: 400 }
      return { text: "A draft.", usage: { input_tokens: 1000, output_tokens: 15_000 } }
    },
  })
  const agent = await it.agent({ name: "Writer", type: "custom", system_prompt: "You write." })
  const nodes = [
    { id: "one", name: "One", agent: agent.id },
    { id: "two", name: "Two", agent: agent.id, prompt: "The second step", dependencies: ["one"] },
  ]
  const { id } = await it.client.createWorkflow({ name: "Two steps", graph_definition: { nodes } })
  const start = (query: string, budget_usd?: number) =>
    it.client.startWorkflow(id, { query }, { ...(budget_usd && { budget_usd }) })
  return { ...it, model, writer: agent, start, [Symbol.asyncDispose]: it[Symbol.asyncDispose] }
}

test.skipIf(!browserPath)(
  "in a browser: find a failed run, retry it, raise a budget, and read what a model writes",
  async () => {
    await using all = await stage()
    const { client, model } = all
    const { url } = all.server
    await finished(client, (await all.start("Write the first note")).id)
    model.mode = "refuses"
    const failed = await finished(client, (await all.start("Write the second note")).id)
    await using browser = await openBrowser()
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } })
    const complaints: string[] = []
    page.on("pageerror", (error) => complaints.push(error.message))

    await page.goto(url)
    await page.getByRole("link", { name: "Runs", exact: true }).click()
    await page.getByText("2 runs").waitFor()
    await picture(page, "runs")
    await page.getByLabel("Status").selectOption({ label: "Failed" })
    await page.getByText("1 run,").waitFor()
    await page.getByLabel("Search runs").fill("nothing like it")
    await page.getByText("No matching runs").waitFor()
    await page.getByLabel("Search runs").fill("second")
    await page.waitForURL(/\/runs\?query=second&status=failed/)
    await page.reload()
    await page.getByRole("link", { name: "Write the second note" }).click()

    await picture(page, "run-failed")
    model.mode = "answers"
    await page.getByRole("button", { name: "Retry from the failed step" }).click()
    await page.getByRole("link", { name: "Retries a failed run" }).waitFor()
    expect(page.url()).not.toContain(failed.id)
    await page.locator("#run svg [data-status=completed]").nth(1).waitFor()

    const spent = await all.start("Write it for little money", 0.18)
    await reached(client, spent.id, ({ status }) => status === "waiting")
    await page.goto(`${url}/runs/${spent.id}`)
    await page.locator(".callout").getByText("$0.15 of that is spent").waitFor()
    await picture(page, "run-budget")
    const field = page.getByLabel("Budget of the run, in USD")
    await field.fill("0.16")
    await page.getByRole("button", { name: "Raise and continue" }).click()
    await page.getByRole("alert").getByText("Enter at least $0.").waitFor()
    expect(await field.inputValue()).toBe("0.16")
    await field.fill("1")
    await page.getByRole("button", { name: "Raise and continue" }).click()
    await page.locator("#run svg [data-status=completed]").nth(1).waitFor()
    await page.getByText("budget $1.00").waitFor()

    model.mode = "writes"
    const writing = await all.start("Write it slowly")
    await page.goto(`${url}/runs/${writing.id}`)
    const pane = page.getByLabel("What the model is writing")
    await pane.getByText("Not <b>bold</b>.").waitFor()
    await picture(page, "run-writing")
    await client.changeRun(writing.id, "cancel")
    await pane.waitFor({ state: "detached" })

    await page.goto(`${url}/agents/${all.writer.id}`)
    await client.startAgent(all.writer.id, { input: { query: "Write it slowly" } })
    await pane.getByText("Not <b>bold</b>.").waitFor()
    await picture(page, "agent-writing")
    expect(complaints).toEqual([])
  },
)
