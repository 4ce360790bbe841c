import { type MarkdownOptions, markdownBlocks } from "../markdown"
import { linkIn } from "./links"
import { anchorHtml, type Shown } from "./source"

/**
 * Renders a part of a Markdown text. Marks each block that overlaps the passage as a whole; the
 * source view shows the exact words.
 */
export function renderedHtml(
  { name, text, start, passage, anchors }: Shown & { name: string },
  options: MarkdownOptions = {},
): string {
  // Marked counts `\r\n` as one unit.
  const place = (at: number) =>
    text.slice(0, Math.max(0, at - start)).replaceAll("\r\n", "\n").length
  const end = start + text.length
  const places = anchors
    .filter((at) => at >= start && at < end)
    .map((at) => ({ at, in: place(at) }))
  const cited = passage && { start: place(passage.start), end: place(passage.end) }
  let isFirst = true
  const link = (href: string) => linkIn(name, href)
  return markdownBlocks(text, { ...options, prefix: "text", link })
    .map(({ html: block, start, end }) => {
      const here = places.filter((it) => it.in >= start && it.in < end)
      const jumps = here.map(({ at }) => anchorHtml(at)).join("")
      // In a heading, put them inside, so that they don't separate it from the text below.
      const isHeading = /^<h\d/.test(block)
      const html = isHeading ? block.replace(/>/, `>${jumps}`) : jumps + block
      if (!cited || html.trim() === "" || cited.start >= end || cited.end <= start) return html
      const id = isFirst ? ' id="passage"' : ""
      isFirst = false
      return `<div class="cited"${id}>${html}</div>`
    })
    .join("")
}
