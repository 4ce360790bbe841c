import { expect, test } from "bun:test"
import { browserPath, openBrowser } from "../support/browser"
import { picture } from "../support/picture"
import { testServer } from "../support/server"
import { html, startSite } from "../support/web-peer"

const story = "The lantern is lit at dusk, by whoever comes first, and put out at dawn. "
const article = `<h1>Lanterns</h1><p>${story.repeat(30)}</p><h2>Oil</h2><p>${story.repeat(30)}</p>
<p>Whale oil was burnt until the well of Titusville was drilled.</p><p>${story.repeat(30)}</p>`
const page = `<html><head><title>Lanterns</title></head><body><nav>Menu</nav>
<main><article>${article}</article></main><script>document.title = "run"</script></body></html>`

test.skipIf(!browserPath)(
  "in a browser: add a web page by URL, find it, and open a citation at its passage",
  async () => {
    await using site = startSite(() => html(page), "127.0.0.1")
    await using server = await testServer({ settings: { ALLOW_PRIVATE_URLS: "true" } })
    await using browser = await openBrowser()
    const view = await browser.newPage({ viewport: { width: 1280, height: 900 } })
    const complaints: string[] = []
    view.on("console", (message) => message.type() === "error" && complaints.push(message.text()))
    view.on("pageerror", (error) => complaints.push(error.message))

    await view.goto(`${server.url}/documents`)
    await view.getByLabel("Web page").fill(`${site.url}/lanterns`)
    await view.getByRole("button", { name: "Add page" }).click()
    await view.waitForURL(/\/documents\/[0-9a-f-]+/)
    const oil = view.getByRole("heading", { name: "Oil", level: 3 })
    // A busy machine shows the text plain first, and offers to wait.
    const wait = view.getByRole("link", { name: /Try for/ })
    await oil.or(wait).first().waitFor()
    if (await wait.isVisible()) await wait.click()
    await oil.waitFor()
    await picture(view, "document-web-page")

    await view.goto(`${server.url}/search`)
    await view.getByLabel("Search for").fill("well of Titusville")
    await view.locator(".results .card-link").first().click()
    await view.waitForURL(/start=/)
    const passage = view.locator("#passage")
    expect(await passage.textContent()).toContain("until the well of Titusville was drilled")
    await passage.evaluate(async (it) => {
      while (it.getBoundingClientRect().top > innerHeight) await new Promise(requestAnimationFrame)
    })
    await picture(view, "document-web-page-passage")
    expect(complaints).toEqual([])
  },
)
