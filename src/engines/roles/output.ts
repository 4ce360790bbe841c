import { z } from "zod"

/** A model's support for a claim: the number of a shown source, and words from it. */
export const sourceQuote = z.object({
  source: z.number().int().describe("The number of the source, as in [3]."),
  quote: z.string().describe("A short passage copied from that source, word for word."),
})
export type SourceQuote = z.infer<typeof sourceQuote>

export const citations = z
  .array(sourceQuote)
  .describe("The passages that support this; none if there are none.")
export const priority = z.enum(["must", "should", "could"])

/** The output of discovery: what the documents ask for, with supporting passages. */
export const discoveryOutput = z.object({
  summary: z.string().describe("Three sentences at most."),
  features: z.array(z.object({ name: z.string(), description: z.string(), priority, citations })),
  requirements: z.array(z.object({ statement: z.string(), citations })),
  constraints: z.array(z.object({ statement: z.string(), citations })),
  exclusions: z.array(z.object({ statement: z.string(), citations })),
  open_questions: z.array(z.object({ question: z.string(), citations })),
})
export type DiscoveryOutput = z.infer<typeof discoveryOutput>

/** Adds the ids that later steps refer to: R1, R2, … by position. */
export function withIds<T>(letter: "R" | "C", list: readonly T[]): (T & { id: string })[] {
  return list.map((item, at) => ({ ...item, id: `${letter}${at + 1}` }))
}

/** The output of design: components, interfaces, data, decisions with alternatives, and risks. */
export const designOutput = z.object({
  summary: z.string(),
  components: z.array(
    z.object({
      name: z.string(),
      responsibility: z.string(),
      features: z.array(z.string()).describe("Names of the features that it serves."),
      citations,
    }),
  ),
  interfaces: z.array(
    z.object({ name: z.string(), between: z.string(), description: z.string(), citations }),
  ),
  data_model: z.array(
    z.object({
      entity: z.string(),
      fields: z.array(z.string()),
      description: z.string(),
      citations,
    }),
  ),
  decisions: z.array(
    z.object({
      decision: z.string(),
      reason: z.string(),
      alternatives: z.array(z.string()),
      citations,
    }),
  ),
  risks: z.array(z.object({ risk: z.string(), mitigation: z.string(), citations })),
})
export type DesignOutput = z.infer<typeof designOutput>

const task = z.object({
  id: z.string().describe("T1, T2, …"),
  title: z.string(),
  description: z.string(),
  depends_on: z.array(z.string()).describe("Ids of earlier tasks."),
  files: z.array(z.string()),
  acceptance_criteria: z.array(z.string()),
  estimate: z.enum(["S", "M", "L", "XL"]).describe("S hours, M a day, L days, XL a week or more."),
  citations,
})
export type PlannedTask = z.infer<typeof task>

/** The output of planning. Tasks depend only on earlier ones; anything else is to be repaired. */
export const planningOutput = z.object({
  summary: z.string(),
  tasks: z.array(task).superRefine(checkOrder),
})
export type PlanningOutput = z.infer<typeof planningOutput>

function checkOrder(tasks: PlannedTask[], context: z.RefinementCtx): void {
  const all = new Set(tasks.map(({ id }) => id))
  const earlier = new Set<string>()
  for (const [index, { id, depends_on }] of tasks.entries()) {
    if (earlier.has(id)) {
      context.addIssue({ code: "custom", path: [index, "id"], message: `${id} is used twice.` })
    }
    for (const [nth, dependency] of depends_on.entries()) {
      if (earlier.has(dependency)) continue
      const message = all.has(dependency)
        ? `${id} depends on ${dependency}, which is not before it: reorder the tasks or break the cycle.`
        : `${id} depends on ${dependency}, which is not a task.`
      context.addIssue({ code: "custom", path: [index, "depends_on", nth], message })
    }
    earlier.add(id)
  }
}
