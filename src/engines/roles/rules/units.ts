import { codeExtensions, extensionOf } from "../../convert/extension"
import { placeOf, type Source } from "../sources"
import { type Block, type Enclosed, readBlocks, readCode } from "./blocks"
import { readForms } from "./forms"
import { codeSpans, plain } from "./plain"
import { readPlainBlocks } from "./plain-blocks"
import { purposeOf } from "./purpose"
import { readableRow } from "./rows"
import { sentencesOf } from "./sentences"
import { termsOf } from "./terms"
import { titleOfDocument, topicOf } from "./topic"
import type { Piece, Unit } from "./unit"

const plainText = /\.(?:pdf|txt|text)$/i

/** Reads all statements in order, each once, without half sentences at the edges of a passage. */
export function readUnits(sources: readonly Source[]): Unit[] {
  const documents = [...new Set(sources.map(({ passage }) => passage.document_id))]
  const units = unitsInOrder(sources).sort(
    (a, b) =>
      documents.indexOf(a.document_id) - documents.indexOf(b.document_id) ||
      a.start - b.start ||
      b.end - a.end,
  )
  const texts = new Set<string>()
  const kept: Piece[] = []
  for (const unit of units) {
    const last = kept.findLast(({ kind }) => kind === unit.kind)
    const within = last?.document_id === unit.document_id && unit.end <= last.end
    // Rows of other tables may say the same of other records.
    const text = `${unit.kind === "row" ? unit.section : ""}${unit.text.toLowerCase()}`
    // The same line of code may come again, such as a closing brace.
    if (within || (unit.kind !== "code" && texts.has(text))) continue
    texts.add(text)
    kept.push(unit)
  }
  const titles = new Map(
    [...Map.groupBy(kept, ({ document_id }) => document_id)].map(([document_id, pieces]) => {
      return [document_id, titleOfDocument(pieces)]
    }),
  )
  // All statements of a section are about the same.
  const sections = Map.groupBy(kept, ({ section }) => section)
  const topics = new Map(
    [...sections].flatMap(([section, [first]]) =>
      first ? [[section, topicOf(first, titles.get(first.document_id))] as const] : [],
    ),
  )
  const forms = readForms(kept)
  return kept.map((piece) => {
    const topic = topics.get(piece.section)
    return { ...piece, topic, purpose: purposeOf(piece), ...forms.get(piece) }
  })
}

/** Reads code and comments that go on in a document's next passage as such. */
function unitsInOrder(sources: readonly Source[]): Piece[] {
  let last: { source: Source; enclosed: readonly Enclosed[] } | undefined
  return sources.flatMap((source) => {
    const { document_id, start } = source.passage
    const before = last?.source.passage
    const isNext = before?.document_id === document_id && start <= before.end + 2
    // Passages overlap, so this one may begin anywhere in the last one.
    const offset = start - (before?.start ?? 0)
    const around = last?.enclosed.find(({ from, to }) => from < offset && offset < to)
    const { units, enclosed } = unitsOf(source, isNext ? around?.kind : undefined)
    last = { source, enclosed }
    return units
  })
}

function unitsOf(source: Source, within: Enclosed["kind"] | undefined) {
  const { content } = source.passage
  const units: Piece[] = []
  let headings = source.passage.heading_path
  const { blocks, enclosed } = blocksOf(source, within)
  let intro = ""
  for (const block of blocks) {
    if (block.kind === "heading") {
      headings = under(headings, block.level, plain(content.slice(block.start, block.end)))
    }
    if (block.kind !== "item") intro = announcement(content.slice(block.start, block.end))
    const whole = block.kind !== "paragraph" && block.kind !== "item"
    const spans = whole ? [block] : sentencesOf(content, block)
    for (const [nth, span] of spans.entries()) {
      const unit = unitOf(source, block, { ...span, headings, intro, leads: nth === 0 })
      if (/\p{L}/u.test(unit.text) && (whole || !isHalf(unit, source))) units.push(unit)
    }
  }
  return { units, enclosed }
}

/** True for the name of a file of source code, not for a page's title such as "Using Node.js". */
function isCode(name: string): boolean {
  return !/\s/.test(name) && codeExtensions.has(extensionOf(name))
}

function blocksOf({ passage }: Source, within: Enclosed["kind"] | undefined) {
  const { content, document_name: name, heading_path } = passage
  if (plainText.test(name)) return { blocks: readPlainBlocks(content, heading_path), enclosed: [] }
  if (isCode(name)) return { blocks: readCode(content), enclosed: [] }
  return readBlocks(content, within)
}

/** Returns the heading path below a heading inside a passage, which may be the passage's own. */
function under(path: readonly string[], level: number, title: string): string[] {
  const known = path.findIndex((heading) => plain(heading) === title)
  return known >= 0 ? path.slice(0, known + 1) : [...path.slice(0, level - 1), title]
}

/** Returns the last sentence of a block that ends with a colon. */
function announcement(block: string): string {
  return /(?:^|[.!?]\s)([^.!?]*):[*_]*\s*$/.exec(plain(block))?.[1] ?? ""
}

type Part = { start: number; end: number; headings: string[]; intro: string; leads: boolean }

function unitOf({ number, passage }: Source, block: Block, part: Part): Piece {
  const quote = passage.content.slice(part.start, part.end)
  const cells = block.cells.map(plain)
  const text = readable(block, quote, cells)
  return {
    kind: block.kind === "paragraph" ? "sentence" : block.kind,
    source: number,
    document_id: passage.document_id,
    quote,
    text,
    block: passage.content.slice(block.whole.start, block.whole.end),
    intro: part.intro,
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

function readable({ kind, header }: Block, quote: string, cells: readonly string[]): string {
  if (kind === "code") return quote.trim()
  return kind === "row" ? readableRow(header.map(plain), cells) : plain(quote)
}

/** True for a half sentence, where a passage begins or ends within a sentence. */
function isHalf(unit: Piece, { passage }: Source): boolean {
  const first = unit.start === passage.start && passage.start > 0
  if (first && unit.kind === "sentence" && /^[\p{Ll},;.)]/u.test(unit.text)) return true
  const last = passage.start + passage.content.trimEnd().length === unit.end
  return last && unit.kind === "sentence" && !/[.!?:…"'”’)\]*_`>]$/.test(unit.quote)
}
