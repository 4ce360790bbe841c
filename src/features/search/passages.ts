import { findPassages, type PassageRow } from "../../engines/index/chunk-store"
import type { Db } from "../../platform/db/db"

/** Returns passages by chunk id, without those that are gone. */
export type ReadPassages = (ids: number[]) => Promise<Map<number, PassageRow>>

/** Reads each passage once per search: most of what feedback reads is also shown. */
export function passageReader(db: Db): ReadPassages {
  const read = new Map<number, PassageRow>()
  return async (ids) => {
    const unread = ids.filter((id) => !read.has(id))
    const rows = unread.length > 0 ? await findPassages(db, unread) : []
    for (const row of rows) read.set(row.chunk.id, row)
    return read
  }
}
