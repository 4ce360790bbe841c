import { gfm } from "@joplin/turndown-plugin-gfm"
import Turndown from "turndown"

/** HTML of our own making as Markdown. Signs are not escaped, since the text is to be found. */
export function toMarkdown(html: string): string {
  const turndown = new Turndown({
    headingStyle: "atx",
    codeBlockStyle: "fenced",
    bulletListMarker: "-",
    emDelimiter: "*",
  })
  turndown.use(gfm)
  turndown.remove("img")
  turndown.escape = (text) => text
  return turndown.turndown(html)
}
