import { expect, test } from "bun:test"
import { browserPath, openBrowser } from "../support/browser"
import { stage, start } from "../support/gates"
import { picture } from "../support/picture"
import { finished } from "../support/runs"

/** The final step repeats its input. */
function answer(prompt: string): string {
  const [given] = /The list is kept [^.]*\./.exec(prompt) ?? []
  return given ? `The final step read: ${given}` : "# Draft\n\nThe list is kept in memory."
}

test.skipIf(!browserPath)(
  "in a browser: fork a run with a replaced text, and compare both runs",
  async () => {
    await using all = await stage({}, answer)
    const { client, url } = all.server
    const { id } = await start(all, [
      { id: "draft", name: "Draft", agent: all.agent },
      { id: "final", name: "Final", agent: all.agent, dependencies: ["draft"] },
    ])
    await finished(client, id)
    await using browser = await openBrowser()
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } })
    const complaints: string[] = []
    page.on("pageerror", (error) => complaints.push(error.message))
    await page.goto(`${url}/runs/${id}`)
    await page.getByRole("link", { name: "Compare" }).click()
    await page.getByText("There is no other run of this workflow.").waitFor()
    await page.goBack()
    // A choice made before the scripts are loaded counts too.
    const chosen = Promise.withResolvers<void>()
    await page.route("**/htmx.min.js", (route) => chosen.promise.then(() => route.continue()))
    await page.getByRole("link", { name: "Fork", exact: true }).click()
    await page.getByLabel("Continue from").selectOption({ label: "after Draft" })
    await page.getByLabel("Replace the text of").selectOption({ label: "Draft" })
    chosen.resolve()
    const text = page.getByLabel("New text, in Markdown")
    await page.waitForFunction(() =>
      document.querySelector("textarea[name=content]")?.textContent?.includes("in memory"),
    )
    await picture(page, "fork")
    await text.fill((await text.inputValue()).replace("in memory", "on the disk"))
    await page.getByRole("button", { name: "Fork" }).click()
    await page.getByText("Forked from another run").waitFor()
    await page.locator("#run svg [data-status=completed]").nth(1).waitFor()
    await page.getByRole("link", { name: "Compare" }).click()
    await picture(page, "compare-choice")
    await page.getByRole("link", { name: "Write it." }).last().click()
    await page.getByRole("heading", { name: "Two runs compared" }).waitFor()
    expect(await page.locator("tr[data-differs]").count()).toBe(2)
    await page.getByText("The final step read: The list is kept on the disk.").first().waitFor()
    const same = page.locator(".diff p").getByText("## Sources")
    expect(await same.count()).toBe(2)
    await picture(page, "compare")
    expect(complaints).toEqual([])
  },
)
