import { z } from "zod"
import { citations } from "../output"
import { changes } from "../output-changes"

export const implementationOutput = z.object({
  summary: z.string().describe("Three sentences at most."),
  changes,
  assumptions: z.array(z.object({ assumption: z.string(), citations })),
  follow_ups: z.array(z.object({ follow_up: z.string(), citations })),
})
export type ImplementationOutput = z.infer<typeof implementationOutput>
