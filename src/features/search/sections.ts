import { and, asc, eq, lt } from "drizzle-orm"
import { chunks } from "../../platform/db/schema/search"
import type { DbDeps } from "../../platform/deps"
import type { Section } from "./schema"

/** Only sections within this many chunks are listed. */
const CHUNKS_MAX = 2000

/** Lists the sections of a version, in order; none unless it is the searched one. */
export async function listSections(
  { db }: DbDeps,
  documentId: string,
  version: number,
): Promise<Section[]> {
  const isOf = and(eq(chunks.documentId, documentId), eq(chunks.documentVersion, version))
  const places = await db
    .select({ start: chunks.start, headingPath: chunks.headingPath })
    .from(chunks)
    .where(and(isOf, lt(chunks.chunkIndex, CHUNKS_MAX)))
    .orderBy(asc(chunks.chunkIndex))
  let before = ""
  return places.filter(({ headingPath }) => {
    const path = headingPath.join("\n")
    const begins = path !== before && path !== ""
    before = path
    return begins
  })
}
