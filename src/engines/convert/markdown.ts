import { highlightedCodeBlock, strikethrough, taskListItems } from "@joplin/turndown-plugin-gfm"
import Turndown from "turndown"
import { tables } from "./tables"

/** Converts our own HTML to Markdown. Escapes nothing, so that search finds the text as it is. */
export function toMarkdown(html: string): string {
  const turndown = new Turndown({
    headingStyle: "atx",
    codeBlockStyle: "fenced",
    bulletListMarker: "-",
    emDelimiter: "*",
  })
  turndown.use([highlightedCodeBlock, strikethrough, tables, taskListItems])
  turndown.remove("img")
  turndown.escape = (text) => text
  return turndown.turndown(html)
}
