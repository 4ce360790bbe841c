import { Readability } from "@mozilla/readability"
import { parseHTML } from "linkedom"
import type { Converted } from "./converted"
import { type Shape, shapeOf } from "./html-shape"
import { tidyPage } from "./html-tidy"
import { toMarkdown } from "./markdown"

/** With a smaller share of the page's text, Readability missed the main content. */
const FOUND_SHARE_MIN = 0.3
/** Readability takes time quadratic in either, and some seconds for these. */
const READABLE = { elements: 10_000, depths: 300_000 }

/**
 * Converts the main content of a page to Markdown, under its title, with absolute links. Throws
 * Unreadable for a page that is nested too deeply or has too many elements.
 */
export function convertHtml(html: string, url?: string): Converted {
  const shape = shapeOf(html)
  const { document } = parseHTML(withBody(html))
  const named = textOf(document.querySelector("title"))
  tidyPage(document, url)
  const { body } = document
  const main = document.querySelectorAll("main, [role=main]")
  const whole = (main.length === 1 ? main[0] : undefined) ?? body
  // Readability takes the document apart.
  const [content, length] = [whole.innerHTML, textOf(whole).length]
  const article = isReadable(shape) ? articleOf(document) : null
  const isFound = textOf(article).length > length * FOUND_SHARE_MIN
  const text = toMarkdown((isFound && article?.content) || content).trim()
  const title = article?.title?.trim() || named
  return title ? { text: underTitle(text, title), title } : { text }
}

function isReadable({ elements, depths }: Shape): boolean {
  return elements <= READABLE.elements && depths <= READABLE.depths
}

function articleOf(document: Document) {
  return new Readability(document, { keepClasses: true, disableJSONLD: true }).parse()
}

function withBody(html: string): string {
  return /<body[\s>]/i.test(html) ? html : `<html><body>${html}</body></html>`
}

function textOf(element: { textContent?: string | null } | null): string {
  return (element?.textContent ?? "").replace(/\s+/g, " ").trim()
}

function underTitle(text: string, title: string): string {
  if (text === "" || /^# /m.test(text)) return text
  const [first = "", ...rest] = text.split("\n")
  const isNamed = first.replace(/^#+ /, "").trim() === title
  return [`# ${title}`, ...(isNamed ? rest : ["", text])].join("\n")
}
