import { chunksOf } from "../../src/engines/convert/chunk/chunk"
import { joinNeighbours } from "../../src/features/search/context"
import type { DocumentType } from "../../src/platform/shapes/document"
import { passage } from "./roles"

export type WholeDocument = { name: string; text: string; type?: DocumentType }

/** The passages of whole documents, cut as they are on upload and joined as for an agent. */
export function passagesOf(documents: readonly WholeDocument[]) {
  const passages = documents.flatMap(({ name, text, type = "markdown" }, nth) =>
    [...chunksOf(text, { type, size: 1000, overlap: 200 })].map((chunk) =>
      passage(text.slice(chunk.start, chunk.end), chunk.start, {
        ...{ document_name: name, document_id: `01900000-0000-7000-8000-00000000000${nth}` },
        ...{ chunk_index: chunk.index, heading_path: chunk.headingPath },
      }),
    ),
  )
  return joinNeighbours(passages)
}
