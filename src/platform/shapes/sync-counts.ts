import { z } from "zod"

const count = z.number().int()

/** What a sync did with the files: `skipped` of those that are no documents, all that there are. */
export const syncCounts = z.object({
  added: count,
  changed: count,
  moved: count,
  removed: count,
  unchanged: count,
  skipped: count,
})
export type SyncCounts = z.infer<typeof syncCounts>
