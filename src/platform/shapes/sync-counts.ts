import { z } from "zod"

const count = z.number().int()

/** `skipped` counts all files that are no documents, the others only what this sync did. */
export const syncCounts = z.object({
  added: count,
  changed: count,
  moved: count,
  removed: count,
  unchanged: count,
  skipped: count,
})
export type SyncCounts = z.infer<typeof syncCounts>
