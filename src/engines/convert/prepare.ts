import { yielder } from "../../platform/async/yielder"
import {
  type NewDocument,
  type PackedPassages,
  type Passage,
  packPassages,
} from "../index/indexing"
import { partsPair } from "./chunk/characters"
import { type ChunkOptions, chunksOf } from "./chunk/chunk"
import { CodeReader } from "./code/reader"
import { convert, type SourceFile } from "./convert"
import type { Converted } from "./converted"

/** Chunk lengths in UTF-16 units. `onProgress` is told the share of the file that is converted. */
type Options = Pick<ChunkOptions, "size" | "overlap"> & {
  code: CodeReader
  onProgress?: (share: number) => void
}

/** A file's text and passages. Each passage is indexed together with the words of `indexedAs`. */
type PreparedFile = Converted & { indexedAs: string; passages: Generator<Passage> }

/**
 * Converts a file and cuts its text into passages, lazily. Short files are prepared here or in a
 * worker, others in a child process, all by this function. Throws Unreadable.
 */
export async function prepareFile(
  file: SourceFile,
  { size, overlap, code, onProgress = () => {} }: Options,
): Promise<PreparedFile> {
  const { name, type } = file
  const converted = await convert(file, onProgress)
  const { text, title } = converted
  const cuts = type === "code" ? await code.cutsOf(name, text, size) : undefined
  const indexedAs = `${name}\n${title ?? (type === "text" ? titleLine(text) : "")}`
  const passages = passagesOf(converted, { type, size, overlap, cuts })
  return { ...converted, indexedAs, passages }
}

/** Short files that are prepared together. */
export type Preparation = { files: SourceFile[]; options: Pick<Options, "size" | "overlap"> }

export type Prepared = { converted: Converted[]; packed: PackedPassages }

/** Prepares batches of short files one after another, so that ids follow the order of the files. */
export function prepareInOrder(): (preparation: Preparation) => Promise<Prepared> {
  const code = new CodeReader()
  let last: Promise<unknown> = Promise.resolve()
  return (preparation) => {
    const next = last.then(() => prepareFiles(preparation, code))
    last = next.catch(() => {})
    return next
  }
}

/** Prepares short files and packs the terms of their passages. Throws Unreadable. */
export async function prepareFiles(
  { files, options }: Preparation,
  code = new CodeReader(),
): Promise<Prepared> {
  const yieldNow = yielder()
  const texts: Converted[] = []
  const documents: NewDocument[] = []
  for (const file of files) {
    const { indexedAs, passages, ...converted } = await prepareFile(file, { ...options, code })
    const taken: Passage[] = []
    for (const passage of passages) {
      taken.push(passage)
      await yieldNow()
    }
    texts.push(converted)
    documents.push({ title: indexedAs, passages: taken })
  }
  return { converted: texts, packed: await packPassages(documents) }
}

/** Cuts page by page, so that no passage is on two pages. */
function* passagesOf(
  { text, pageStarts = [] }: Converted,
  options: ChunkOptions,
): Generator<Passage> {
  const starts = pageStarts.length > 0 ? pageStarts : [0]
  let index = 0
  for (const [i, pageStart] of starts.entries()) {
    const page = pageStarts.length > 0 ? { page: i + 1 } : {}
    for (const chunk of chunksOf(text.slice(pageStart, starts[i + 1]), options)) {
      const [start, end] = [pageStart + chunk.start, pageStart + chunk.end]
      yield { ...chunk, ...page, index: index++, start, end, content: text.slice(start, end) }
    }
  }
}

const TITLE_LENGTH_MAX = 200

/** The title of plain text: a short first line with a blank line below it. */
function titleLine(text: string): string {
  const [, line = ""] = /^\s*(\S[^\n]*)\n[^\S\n]*\n\s*\S/.exec(text.slice(0, 1000)) ?? []
  return line.length <= TITLE_LENGTH_MAX ? line : ""
}

/** Small enough for one statement, and for one message of a child process. */
const PART_LENGTH = 256 * 1024

/** Cuts a text into the parts that it is stored in, never inside a surrogate pair. */
export function* partsOf(text: string): Generator<string> {
  for (let at = 0; at < text.length; ) {
    const end = Math.min(text.length, at + PART_LENGTH)
    const cut = partsPair(text, end) ? end - 1 : end
    yield text.slice(at, cut)
    at = cut
  }
}
