import { breather } from "../../../platform/async/breathe"
import type { DocumentType } from "../../../platform/shapes/document"
import { type NewDocument, type PackedPassages, packPassages } from "../../index/indexing"
import type { CodeReader } from "../code/reader"
import { type ChunkOptions, chunksOf } from "./chunk"

/** What of a file is prepared. */
export type Preparation = {
  files: { name: string; text: string; type: DocumentType }[]
  options: Pick<ChunkOptions, "size" | "overlap">
}

/**
 * Cuts files into passages and packs their terms: all of an upload that needs no database. Without
 * a reader code is cut by its lines.
 */
export async function prepare(
  { files, options }: Preparation,
  code?: CodeReader,
): Promise<PackedPassages> {
  const breathe = breather()
  const documents: NewDocument[] = []
  for (const { name, text, type } of files) {
    const passages: NewDocument["passages"] = []
    const cuts = type === "code" ? await code?.cutsOf(name, text, options.size) : undefined
    for (const chunk of chunksOf(text, { type, ...options, cuts })) {
      passages.push({ ...chunk, content: text.slice(chunk.start, chunk.end) })
      await breathe()
    }
    documents.push({ title: `${name}\n${type === "text" ? titleLine(text) : ""}`, passages })
  }
  return await packPassages(documents)
}

const TITLE_LENGTH_MAX = 200

/** A short first line that stands alone above more text: what plain text has for a title. */
function titleLine(text: string): string {
  const [, line = ""] = /^\s*(\S[^\n]*)\n[^\S\n]*\n\s*\S/.exec(text.slice(0, 1000)) ?? []
  return line.length <= TITLE_LENGTH_MAX ? line : ""
}
