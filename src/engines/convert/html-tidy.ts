const unread =
  "script, style, template, noscript, img, svg, canvas, video, audio, iframe, object, embed, form, button, input, " +
  "select, textarea, dialog, nav, [role=navigation], [role=dialog], [hidden], [aria-hidden=true], " +
  "body > header, body > footer, body > aside"
/** Styles that hide an element. */
const unseen = /display\s*:\s*none|visibility\s*:\s*hidden/i
/** The text of a link beside a heading to the heading itself. */
const permalink = /^[#¶§\u{1f517}\s]*$/u

/** Removes what is not content, marks the language of code, and makes links absolute. */
export function tidyPage(document: Document, url: string | undefined): void {
  for (const element of document.querySelectorAll(unread)) element.remove()
  for (const element of document.querySelectorAll("[style]")) {
    if (unseen.test(element.getAttribute("style") ?? "")) element.remove()
  }
  for (const block of document.querySelectorAll("pre")) tidyCode(document, block)
  const base = baseOf(document, url)
  for (const link of document.querySelectorAll("a")) tidyLink(link, base)
}

/** Turndown reads the language from the class of `code`. Sites write it in several places. */
function tidyCode(document: Document, block: Element): void {
  const inner = block.querySelector("code")
  const places = [inner, block, block.parentElement]
  const classes = places.map((place) => place?.getAttribute("class") ?? "").join(" ")
  const [, language] =
    /(?:^|\s)(?:language|lang|highlight-source|brush:)[-\s]?(\w[\w+#-]*)/.exec(classes) ?? []
  for (const line of block.querySelectorAll("br")) line.replaceWith("\n")
  const code = document.createElement("code")
  code.textContent = block.textContent
  if (language) code.setAttribute("class", `language-${language}`)
  block.replaceChildren(code)
}

function baseOf(document: Document, url: string | undefined): string | undefined {
  const base = document.querySelector("base")?.getAttribute("href")
  return base && URL.canParse(base, url) ? new URL(base, url).href : url
}

function tidyLink(link: Element, base: string | undefined): void {
  const href = link.getAttribute("href") ?? ""
  const text = link.textContent ?? ""
  if (permalink.test(text)) {
    link.remove()
    return
  }
  const target = URL.canParse(href, base) ? new URL(href, base) : undefined
  const isWeb = target && /^(https?|mailto|ftp):$/.test(target.protocol)
  if (href.startsWith("#") || (target && !isWeb)) link.replaceWith(...link.childNodes)
  else if (target) link.setAttribute("href", target.href)
}
