import type Turndown from "turndown"

const borders: Record<string, string> = { left: ":---", right: "---:", center: ":---:" }
/** A cell may claim to span more columns than any table has. */
const SPAN_MAX = 100

/**
 * Converts tables to GitHub's Markdown. A table that contains tables, or has a single cell, is
 * layout. The GFM plugin takes quadratic time and leaves HTML where a cell has a list.
 */
export function tables(turndown: Turndown): void {
  const known = new WeakMap<Node, boolean>()
  const isLayout = (node: Node) => {
    const table = tableOf(node)
    if (!table) return true
    const found = known.get(table) ?? isFrame(table)
    known.set(table, found)
    return found
  }
  turndown.addRule("tableCell", {
    filter: ["th", "td"],
    replacement: (content, node) => {
      return isLayout(node) ? `\n\n${content.trim()}\n\n` : cell(content, node as Element)
    },
  })
  turndown.addRule("tableRow", {
    filter: "tr",
    replacement: (content, node) => (isLayout(node) ? content : `\n|${content}\n`),
  })
  turndown.addRule("tablePart", {
    filter: ["thead", "tbody", "tfoot"],
    replacement: (content) => content,
  })
  turndown.addRule("tableColumn", { filter: ["caption", "colgroup", "col"], replacement: () => "" })
  turndown.addRule("table", {
    filter: "table",
    replacement: (content, node) => {
      const text = isLayout(node) ? content : withHead(content, node as Element)
      const caption = (node as Element).querySelector("caption")?.textContent?.trim() ?? ""
      return `\n\n${caption}\n\n${text.trim()}\n\n`
    },
  })
}

function tableOf(node: Node): Element | null {
  let at: Node | null = node
  while (at && at.nodeName !== "TABLE") at = at.parentNode
  return at as Element | null
}

function isFrame(table: Element): boolean {
  return table.querySelectorAll("table").length > 0 || table.querySelectorAll("td, th").length <= 1
}

function cell(content: string, node: Element): string {
  const line = content
    .trim()
    .replace(/\s*\n\s*/g, "<br>")
    .replaceAll("|", "\\|")
  return ` ${line.padEnd(3)} |${"     |".repeat(spanOf(node) - 1)}`
}

function withHead(content: string, table: Element): string {
  const rows = Array.from(table.querySelectorAll("tr"))
  const widths = rows.map((row) => cellsOf(row).reduce((sum, it) => sum + spanOf(it), 0))
  const [first] = rows
  const heads = first ? cellsOf(first) : []
  const aligned = heads.flatMap((it) => Array<string>(spanOf(it)).fill(borderOf(it)))
  const columns = Array.from({ length: Math.max(...widths) }, (_, i) => aligned[i] ?? "---")
  const border = `| ${columns.join(" | ")} |`
  const isHead = first?.parentNode?.nodeName === "THEAD" || heads.every(isHeading)
  const lines = content.split("\n").filter((line) => line !== "")
  const head = isHead ? lines.splice(0, 1) : [`|${"     |".repeat(columns.length)}`]
  return [...head, border, ...lines].join("\n")
}

const cellsOf = (row: Element) => Array.from(row.children)
const isHeading = ({ nodeName }: Element) => nodeName === "TH"

function spanOf(node: Element): number {
  const span = Number.parseInt(node.getAttribute("colspan") ?? "1", 10)
  return Math.min(Math.max(span || 1, 1), SPAN_MAX)
}

function borderOf(node: Element): string {
  const style = /text-align:\s*(\w+)/.exec(node.getAttribute("style") ?? "")?.[1]
  return borders[(node.getAttribute("align") ?? style ?? "").toLowerCase()] ?? "---"
}
