import { highlightedCodeBlock, strikethrough, taskListItems } from "@joplin/turndown-plugin-gfm"
import Turndown from "turndown"
import { tables } from "./tables"

/** HTML of our own making as Markdown. Signs are not escaped, since the text is to be found. */
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
