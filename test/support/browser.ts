import { existsSync } from "node:fs"
import { type Browser, type BrowserContext, chromium } from "playwright-core"

const places = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"]

/** The system's Chromium; undefined where there is none, and then browser tests skip. */
export const browserPath: string | undefined =
  process.env.CHROMIUM_PATH ?? places.find((path) => existsSync(path))

export const noBrowser = "no Chromium found: install it or set CHROMIUM_PATH"

/** Its pages keep their cookies to themselves. They and their contexts close with it. */
export type TestBrowser = Pick<Browser, "newPage"> & AsyncDisposable

/** Ends a wait for what never comes, not one that is slow on a busy machine. */
const LIMIT_MS = 240_000

let shared: Promise<Browser> | undefined

/** All tests of a process share one, because starting a browser takes seconds. */
export async function openBrowser(): Promise<TestBrowser> {
  shared ??= launchShared()
  const browser = await shared
  const opened: BrowserContext[] = []
  return {
    async newPage(options) {
      const context = await browser.newContext(options)
      context.setDefaultTimeout(LIMIT_MS)
      opened.push(context)
      return context.newPage()
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(opened.map((context) => context.close()))
    },
  }
}

async function launchShared(): Promise<Browser> {
  const browser = await launchBrowser()
  browser.once("disconnected", () => {
    shared = undefined
  })
  return browser
}

/** A headless browser that asks nothing of the network by itself. */
export async function launchBrowser(...more: string[]): Promise<Browser & AsyncDisposable> {
  const browser = await chromium.launch({
    executablePath: browserPath,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      ...more,
    ],
  })
  return Object.assign(browser, { [Symbol.asyncDispose]: () => browser.close() })
}
