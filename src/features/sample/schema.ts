import { z } from "zod"
import type { Document } from "../documents/schema"
import type { Run } from "../runs/schema"

/** The request of the sample's run. */
export const sampleQuery = "What should the first release of Toolshed do?"

export const sampleInput = z.strictObject({
  /** Starts another run even if there is one already. */
  again: z.boolean().default(false),
  model: z.string().max(200).optional(),
})
export type SampleInput = z.infer<typeof sampleInput>

/** `is_new` is false for a run that was started before. */
export type Sample = { run: Run; documents: Document[]; is_new: boolean }
export type RemovedSample = { status: "deleted"; documents: number; runs: number }
