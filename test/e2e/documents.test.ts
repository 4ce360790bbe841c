import { describe, expect, test } from "bun:test"
import type { Page } from "playwright-core"
import { browserPath, openBrowser } from "../support/browser"
import { lines, pdf } from "../support/pdf"
import { picture } from "../support/picture"
import { type TestServer, testServer } from "../support/server"

type File = { name: string; text: string }

/** Chooses files in the drop zone, which does the same as dropping them. */
async function choose(page: Page, files: File[]): Promise<void> {
  const chosen = files.map(({ name, text }) => ({
    ...{ name, mimeType: "application/octet-stream" },
    buffer: Buffer.from(text),
  }))
  await page.setInputFiles("#file", chosen)
}

async function add(server: TestServer, name: string, text: string): Promise<string> {
  const [added] = await server.client.uploadDocuments([{ name, content: new Blob([text]) }])
  return `${server.url}/documents/${added?.id}`
}

/** Opens a page and records its errors. */
async function watchedPage(browser: Awaited<ReturnType<typeof openBrowser>>) {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } })
  const complaints: string[] = []
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()))
  page.on("pageerror", (error) => complaints.push(error.message))
  page.on("dialog", (dialog) => complaints.push(dialog.message()))
  return { page, complaints }
}

const notes = (count: number): File[] =>
  Array.from({ length: count }, (_, n) => ({ name: `note-${n}.md`, text: `# Note ${n}\n\nWords.` }))

describe.skipIf(!browserPath)("the list of documents", () => {
  test("sends ten files in one request, shows the status of each, and retries a failed one", async () => {
    await using server = await testServer()
    await using browser = await openBrowser()
    const { page, complaints } = await watchedPage(browser)
    const sent: string[] = []
    page.on("request", (it) => it.method() === "POST" && sent.push(new URL(it.url()).pathname))
    // A file's bar disappears once the file is sent.
    await page.addInitScript(() => {
      const seen: Record<string, string> = {}
      new MutationObserver((changes) => {
        for (const { target } of changes)
          if (target instanceof Element && target.closest(".drop-files"))
            seen[target.ariaLabel ?? ""] = target.getAttribute("value") ?? ""
      }).observe(document, { subtree: true, attributeFilter: ["value"] })
      Object.assign(window, { seen })
    })
    await page.goto(`${server.url}/documents`)
    const broken = { name: "broken.pdf", text: "%PDF-1.7\nnothing of a PDF" }
    await choose(page, [...notes(9), broken])
    await page
      .getByRole("status")
      .filter({ hasText: "Added 10 files, 1 of them failed." })
      .waitFor()
    const bars = await page.evaluate(() => (window as unknown as { seen: object }).seen)
    expect(Object.keys(bars).sort()).toEqual([broken, ...notes(9)].map(({ name }) => name).sort())
    expect(new Set(Object.values(bars))).toEqual(new Set(["1"]))
    const rows = page.locator(".drop-files > li")
    expect(await rows.getByText("Ready").count()).toBe(9)
    const failed = rows.filter({ hasText: "broken.pdf" })
    expect(await failed.locator(".row-error").textContent()).toMatch(/PDF/)
    await page.locator("tr", { hasText: "note-8.md" }).waitFor()
    await picture(page, "documents-failed")

    const events = server.client.events({ types: ["document.failed"], lastEventId: 0 })
    await failed.getByRole("button", { name: /^Retry/ }).click()
    // Once at the upload, and once for the retry.
    expect((await events.next()).done).toBe(false)
    expect((await events.next()).done).toBe(false)
    await events.return()
    await failed.locator(".row-error").waitFor()
    const [upload, retry] = sent
    expect([sent.length, upload]).toEqual([2, "/api/rag/documents/upload"])
    expect(retry).toMatch(/^\/documents\/.*\/retry$/)
    expect(complaints).toEqual([])
  })

  test("a refusal names its file, and the others can still be added", async () => {
    await using server = await testServer()
    await using browser = await openBrowser()
    const { page } = await watchedPage(browser)
    await page.goto(`${server.url}/documents`)
    await choose(page, [...notes(2), { name: "junk.md", text: "\0\0\0" }])
    const row = page.locator(".drop-files > li", { hasText: "junk.md" })
    expect(await row.locator(".row-error").textContent()).toContain("“junk.md”")
    expect(await server.client.listDocuments()).toEqual([])
    await page.getByRole("button", { name: "Add the others" }).click()
    await page.getByText("Added 2 files.").waitFor()
    expect(await server.client.listDocuments()).toHaveLength(2)
  })

  test("pages and filters many documents, and deletes selected ones after one question", async () => {
    await using server = await testServer()
    const files = notes(120).map(({ name, text }) => ({ name, content: new Blob([text]) }))
    await server.client.uploadDocuments(files)
    await add(server, "main.ts", "export const answer = 42\n")
    await using browser = await openBrowser()
    const { page } = await watchedPage(browser)
    await page.goto(`${server.url}/documents`)
    const names = new Set<string>()
    for (;;) {
      for (const name of await page.locator("tbody th a").allTextContents()) names.add(name)
      const next = page.getByRole("link", { name: "Older documents" })
      if ((await next.count()) === 0) break
      await next.click()
      await page.waitForURL(/before=/)
      await page.locator("tbody tr").first().waitFor()
    }
    expect(names.size).toBe(121)
    await page.getByRole("link", { name: "First page" }).click()
    await page.getByLabel("Any type").selectOption("code")
    await page.getByText("1 document", { exact: true }).waitFor()
    expect(await page.locator("tbody th a").allTextContents()).toEqual(["main.ts"])
    await page.getByLabel("Any type").selectOption("markdown")
    await page.getByText("120 documents", { exact: true }).waitFor()
    await page.getByLabel("Select all").check()
    await page.getByRole("button", { name: "Delete 50 documents" }).click()
    await page.locator("dialog .danger").click()
    await page.getByText("71 documents", { exact: true }).waitFor()
  })
})

describe.skipIf(!browserPath)("the view of a document", () => {
  test("a citation opens at its exact words, and loads more of the text on demand", async () => {
    await using server = await testServer()
    const lines = Array.from({ length: 6000 }, (_, n) => `Line ${n} has a 🦜 and more words & <b>.`)
    const text = lines.join("\n")
    const url = await add(server, "long.log", text)
    await using browser = await openBrowser()
    const { page, complaints } = await watchedPage(browser)
    const start = text.indexOf("Line 3000")
    await page.goto(`${url}?start=${start}&end=${start + 9}#passage`)
    const mark = page.locator("mark#passage")
    expect(await mark.textContent()).toBe("Line 3000")
    expect((await page.content()).length).toBeLessThan(100_000)

    await page.locator("#earlier").focus()
    const place = () => mark.evaluate((it) => Math.round(it.getBoundingClientRect().top))
    const before = await place()
    const parts = page.locator(".document-text > div")
    await page.keyboard.press("Enter")
    await parts.nth(1).waitFor()
    await page.waitForFunction(() => document.querySelectorAll("#earlier").length === 1)
    expect(Math.abs((await place()) - before)).toBeLessThan(3)
    while ((await page.locator("#later").count()) > 0) {
      const count = await parts.count()
      await page.locator("#later").click()
      await parts.nth(count).waitFor()
    }
    const shown = (await parts.allTextContents()).join("")
    expect(text.endsWith(shown)).toBe(true)
    expect(shown.length).toBeGreaterThan(100_000)
    expect(complaints).toEqual([])
  })

  test("shows Markdown rendered and as source, with its outline and version differences", async () => {
    await using server = await testServer()
    const text = "# One\n\nFirst **words**.\n\n## Two\n\n```ts\nconst a = 1\n```\n\nLast words.\n"
    await add(server, "guide.md", text)
    const url = await add(server, "guide.md", text.replace("Last", "Final"))
    await using browser = await openBrowser()
    const { page, complaints } = await watchedPage(browser)
    await page.goto(url)
    expect(await page.locator(".prose strong").textContent()).toBe("words")
    expect(await page.locator(".prose .hljs-keyword").textContent()).toBe("const")
    await picture(page, "document-rendered")
    await page.getByRole("link", { name: "Two" }).click()
    await page.waitForURL(/#at-/)
    expect(await page.locator("h3:has(:target)").textContent()).toBe("Two")
    await page.getByRole("link", { name: "Source" }).click()
    await page.locator("[data-view=source]").waitFor()
    expect(await page.locator(".document-text").textContent()).toBe(text.replace("Last", "Final"))

    const at = text.indexOf("First")
    await page.goto(`${url}?start=${at}&end=${at + 5}&view=rendered#passage`)
    expect(await page.locator("#passage").textContent()).toBe("First words.\n")
    await page.getByRole("button", { name: "Compare" }).click()
    expect(await page.locator("ins mark").textContent()).toBe("Final")
    expect(complaints).toEqual([])
  })

  test("a PDF shows its pages, and a citation opens at the right page", async () => {
    await using server = await testServer()
    const words = ["cork", "amber", "slate"]
    const text = (word: string) => [`The ${word} lantern is lit at dusk by hand.`, "It is put out."]
    const file = pdf(words.map((word) => lines(text(word))))
    const [added] = await server.client.uploadDocuments([{ name: "lamps.pdf", content: file }])
    const url = `${server.url}/documents/${added?.id}`
    await using browser = await openBrowser()
    const { page, complaints } = await watchedPage(browser)
    await page.goto(url)
    const heads = page.locator(".page-mark")
    await heads.nth(2).waitFor()
    expect(await heads.allTextContents()).toEqual(["Page 1", "Page 2", "Page 3"])
    const [found] = await server.client.search({ query: "slate lantern", top_k: 1 })
    await page.goto(`${url}?start=${found?.start}&end=${found?.end}#passage`)
    expect(await page.locator("#passage").textContent()).toContain("slate lantern")
    await page.getByRole("spinbutton", { name: "Page" }).fill("2")
    await page.getByRole("button", { name: "Go" }).click()
    await page.waitForURL(/#page-2$/)
    expect(await page.locator(":target").textContent()).toBe("Page 2")
    const downloading = page.waitForEvent("download")
    await page.getByRole("link", { name: "Original" }).click()
    expect((await downloading).suggestedFilename()).toBe("lamps.pdf")
    await picture(page, "document-pdf")
    expect(complaints).toEqual([])
  })

  test("hostile texts run and load nothing, and a text that can't be rendered shows its source", async () => {
    await using server = await testServer()
    const evil =
      "<script>alert(1)</script> <img src=x onerror=alert(2)> [x](javascript:alert(3))\n\n" +
      '![p](http://127.0.0.1:1/p.png)\n\n```"><script>\n</code><script>alert(4)</script>\n```\n'
    const texts = {
      "evil.md": evil,
      "evil.ts": `// </span></div><script>alert(5)</script>\n${evil}`,
      "deep.md": `# Deep\n\n${">".repeat(40_000)} end`,
      "brackets.md": `# Brackets\n\n${"[".repeat(50_000)}`,
      "slow.md": `# Slow\n\n${"_a*".repeat(15_000)}`,
    }
    await using browser = await openBrowser()
    const { page, complaints } = await watchedPage(browser)
    for (const [name, text] of Object.entries(texts)) {
      await page.goto(await add(server, name, text))
      await page.locator(".document-text").waitFor()
      expect(await page.locator(".document-text :is(script, img, iframe, [onerror])").count()).toBe(
        0,
      )
      expect(await page.locator('.document-text a[href^="javascript"]').count()).toBe(0)
    }
    // Rendering took too long and was aborted.
    await page.getByText("so here is its source").waitFor()
    expect(await page.locator(".document-text > div").textContent()).toBe(texts["slow.md"])
    expect(complaints).toEqual([])
  })
})
