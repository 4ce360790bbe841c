import { expect, test } from "bun:test"
import { browserPath, openBrowser } from "../support/browser"
import { picture } from "../support/picture"
import { testServer } from "../support/server"

const files: Record<string, string> = {
  "sessions.md": "# Sessions\n\n## Timeout\n\nA session timeout ends the login after 30 minutes.",
  "old-sessions.md":
    "# Sessions\n\n## Timeout\n\nA session timeout ends the login after 30 minutes.\n",
  "login <b>.md": "# Login\n\nWho logs in gets a session. Its timeout is told in the settings.",
}

test.skipIf(!browserPath)(
  "in a browser: search while typing, filter, see explanations, open a passage by keyboard",
  async () => {
    await using server = await testServer()
    await server.client.uploadDocuments(
      Object.entries(files).map(([name, text]) => ({ name, content: new Blob([text]) })),
    )
    await using browser = await openBrowser()
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } })
    const complaints: string[] = []
    page.on("console", (message) => message.type() === "error" && complaints.push(message.text()))
    page.on("pageerror", (error) => complaints.push(error.message))

    await page.goto(`${server.url}/search`)
    await picture(page, "search-empty")
    // Text typed before the scripts are loaded is searched for too.
    const written = Promise.withResolvers<void>()
    await page.route("**/htmx.min.js", (route) => written.promise.then(() => route.continue()))
    await page.reload({ waitUntil: "commit" })
    const field = page.getByLabel("Search for")
    await field.pressSequentially("session timeout")
    written.resolve()
    await page.getByText("2 passages, best first, matched by words only").waitFor()
    expect(new URL(page.url()).searchParams.get("q")).toBe("session timeout")
    const same = page.locator(".result-also")
    expect(await same.textContent()).toMatch(/Also in (old-)?sessions\.md/)

    await page.getByText("Why it was found").first().click()
    const why = page.getByRole("table").first()
    expect(await why.textContent()).toContain("timeout")
    await picture(page, "search-found")
    await page.emulateMedia({ colorScheme: "dark" })
    await picture(page, "search-found-dark")

    await page.getByLabel("In files").fill("login*")
    await page.getByText("1 passage, best first").waitFor()
    await field.fill("session -settings")
    await page.getByText("Nothing found").waitFor()
    await page.getByLabel("In files").fill("")
    await page.getByLabel("By").selectOption("vector")
    await page.getByText("Vector search is not ready").waitFor()
    await picture(page, "search-no-model")

    await page.getByLabel("By").selectOption("lexical")
    await field.fill('"ends the login"')
    await page.waitForURL((url) => url.searchParams.get("q") === '"ends the login"')
    await page.getByText("1 passage, best first").waitFor()
    await field.press("ArrowDown")
    await page.keyboard.press("Enter")
    await page.waitForURL(/\/documents\/.*start=/)
    expect(await page.locator("#passage").textContent()).toContain("ends the login")
    expect(complaints).toEqual([])
  },
)
