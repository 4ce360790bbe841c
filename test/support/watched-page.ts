import type { Page } from "playwright-core"

/** A page that counts what ran in it, what it asked of other hosts and what it complained about. */
export async function watched(page: Page, origin: string) {
  const seen: string[] = []
  await page.exposeFunction("ran", () => seen.push("a script ran"))
  await page.route("**/*", (route) => {
    const url = route.request().url()
    if (url.startsWith(origin) || url.startsWith("data:")) return route.continue()
    seen.push(`asked ${url}`)
    return route.abort()
  })
  page.on("dialog", (dialog) => void seen.push(`dialog ${dialog.message()}`))
  page.on("pageerror", (error) => void seen.push(`error ${error.message}`))
  page.on("framenavigated", (frame) => {
    if (!frame.url().startsWith(origin)) seen.push(`went to ${frame.url()}`)
  })
  return seen
}

/** Whatever could be hovered or clicked by chance is. */
export async function poke(page: Page, part: string): Promise<void> {
  await page.evaluate((part) => {
    for (const element of document.querySelectorAll(`${part} *`)) {
      for (const type of ["mouseover", "focus", "toggle", "load", "error"]) {
        element.dispatchEvent(new Event(type))
      }
    }
  }, part)
}
