import { z } from "zod"
import { citations, priority } from "../output"
import { changes } from "../output-changes"

const testCase = z.object({
  id: z.string().describe("TC1, TC2, …"),
  title: z.string(),
  kind: z.enum(["unit", "integration", "e2e", "manual"]),
  covers: z.array(z.string()).describe("Ids of requirements, constraints and tasks: R1, C2, T3."),
  steps: z.array(z.string()),
  expected: z.string(),
  priority,
  citations,
})
export type TestCase = z.infer<typeof testCase>

const argv = z
  .array(z.string())
  .describe('The program and its arguments, each by itself: ["bun", "test"].')
  .superRefine((argv, context) => {
    const [program = ""] = argv
    const message =
      program.trim() === ""
        ? 'Name the program first, as in ["bun", "test"].'
        : `No shell reads "${program}": give each argument by itself, as in ["bun", "test"].`
    if (!program.trim() || /\s/.test(program)) context.addIssue({ code: "custom", message })
  })

/** The output of testing: cases, gaps and commands to run. Ids are unique. */
export const testingOutput = z.object({
  strategy: z.string().describe("Three sentences at most."),
  cases: z.array(testCase).superRefine(checkIds),
  files: changes.describe("Test files to write; none where cases are enough."),
  coverage_gaps: z.array(z.object({ gap: z.string(), citations })),
  commands: z.array(z.object({ argv, purpose: z.string(), citations })),
})
export type TestingOutput = z.infer<typeof testingOutput>

function checkIds(cases: TestCase[], context: z.RefinementCtx): void {
  const seen = new Set<string>()
  for (const [index, { id }] of cases.entries()) {
    const message = `${id} is used twice: give each case an id of its own.`
    if (seen.has(id)) context.addIssue({ code: "custom", path: [index, "id"], message })
    seen.add(id)
  }
}
