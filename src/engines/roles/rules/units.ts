import { placeOf, type Source } from "../sources"
import { type Block, readBlocks } from "./blocks"
import { codeSpans, plain } from "./plain"
import { sentencesOf } from "./sentences"
import { termsOf } from "./terms"

/** One statement of a source: a sentence, a list item's sentence, a table row or a line of code. */
export type Unit = {
  kind: "sentence" | "item" | "row" | "code"
  source: number
  document_id: string
  /** The exact words, for citations. */
  quote: string
  /** The same as plain text, without Markdown. */
  text: string
  /** The whole block around it, with Markdown. */
  block: string
  /** True for the first sentence of its paragraph or item. */
  leads: boolean
  /** The headings above it, outermost first. */
  headings: string[]
  /** A key of its section: document and headings. */
  section: string
  cells: string[]
  header: string[]
  /** The contents of its code spans. */
  code: string[]
  terms: ReadonlySet<string>
  /** Offsets in the document's text. */
  start: number
  end: number
}

/** Reads all statements in order, each once, without half sentences at the edges of a passage. */
export function readUnits(sources: readonly Source[]): Unit[] {
  const documents = [...new Set(sources.map(({ passage }) => passage.document_id))]
  const units = sources
    .flatMap(unitsOf)
    .sort(
      (a, b) =>
        documents.indexOf(a.document_id) - documents.indexOf(b.document_id) ||
        a.start - b.start ||
        b.end - a.end,
    )
  const texts = new Set<string>()
  const kept: Unit[] = []
  for (const unit of units) {
    const last = kept.findLast(({ kind }) => kind === unit.kind)
    const within = last?.document_id === unit.document_id && unit.end <= last.end
    const text = unit.text.toLowerCase()
    if (within || texts.has(text)) continue
    texts.add(text)
    kept.push(unit)
  }
  return kept
}

function unitsOf(source: Source): Unit[] {
  const { content } = source.passage
  const units: Unit[] = []
  let headings = source.passage.heading_path
  for (const block of readBlocks(content)) {
    if (block.kind === "heading") {
      headings = under(headings, block.level, plain(content.slice(block.start, block.end)))
      continue
    }
    const whole = block.kind === "row" || block.kind === "code"
    const spans = whole ? [block] : sentencesOf(content, block)
    for (const [nth, span] of spans.entries()) {
      const unit = unitOf(source, block, { ...span, headings, leads: nth === 0 })
      if (unit.text && (whole || !isHalf(unit, source))) units.push(unit)
    }
  }
  return units
}

/** Returns the heading path below a heading inside a passage, which may be the passage's own. */
function under(path: readonly string[], level: number, title: string): string[] {
  const known = path.findIndex((heading) => plain(heading) === title)
  return known >= 0 ? path.slice(0, known + 1) : [...path.slice(0, level - 1), title]
}

type Part = { start: number; end: number; headings: string[]; leads: boolean }

function unitOf({ number, passage }: Source, block: Block, part: Part): Unit {
  const quote = passage.content.slice(part.start, part.end)
  const cells = block.cells.map(plain)
  const text = readable(block, quote, cells)
  return {
    kind: block.kind === "paragraph" || block.kind === "heading" ? "sentence" : block.kind,
    source: number,
    document_id: passage.document_id,
    quote,
    text,
    block: passage.content.slice(block.start, block.end),
    leads: part.leads,
    headings: part.headings,
    section: placeOf({ document_name: passage.document_id, heading_path: part.headings }),
    cells,
    header: block.header.map(plain),
    code: block.kind === "code" ? [] : codeSpans(quote),
    terms: termsOf(text),
    start: passage.start + part.start,
    end: passage.start + part.end,
  }
}

function readable({ kind }: Block, quote: string, cells: readonly string[]): string {
  if (kind === "code") return quote.trim()
  if (kind !== "row") return plain(quote)
  const [first = "", ...others] = cells.filter(Boolean)
  return others.length ? `${first}: ${others.join("; ")}` : first
}

/** True for a half sentence, where a passage begins or ends within a sentence. */
function isHalf(unit: Unit, { passage }: Source): boolean {
  const first = unit.start === passage.start && passage.start > 0
  if (first && unit.kind === "sentence" && /^[\p{Ll},;.)]/u.test(unit.text)) return true
  const last = passage.start + passage.content.trimEnd().length === unit.end
  return last && unit.kind === "sentence" && !/[.!?:…"'”’)\]*_`>]$/.test(unit.quote)
}
