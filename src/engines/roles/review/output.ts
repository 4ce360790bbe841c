import { z } from "zod"
import { citations } from "../output"
import { filePath } from "../output-changes"

const finding = z
  .object({
    severity: z.enum(["blocker", "major", "minor", "nit"]),
    path: filePath.nullable().describe("The file; null if it is about none."),
    line: z
      .number()
      .int()
      .refine((line) => line > 0, "Lines are counted from 1.")
      .nullable(),
    claim: z.string().describe("What is wrong, in one sentence."),
    evidence: z
      .string()
      .describe("What shows it: code quoted, or an input with what comes out.")
      .refine((evidence) => evidence.trim() !== "", "Say what shows it, or leave the finding out."),
    suggestion: z.string(),
    citations,
  })
  .refine(({ path, line }) => line === null || path !== null, {
    message: "A line needs the path of its file.",
    path: ["path"],
  })
export type Finding = z.infer<typeof finding>

/** The verdict comes last, since models write in this order, and must follow from the rest. */
const shape = z.object({
  findings: z.array(finding),
  coverage: z.array(
    z.object({
      requirement: z.string().describe("Its id and words: R3: Exports finish within 10 s."),
      met: z.enum(["yes", "partly", "no", "unknown"]),
      evidence: z.string(),
      citations,
    }),
  ),
  summary: z.string().describe("Three sentences at most."),
  verdict: z.enum(["approve", "request_changes"]),
})
export const reviewOutput = shape.superRefine((review, context) => {
  const message = disagreementOf(review)
  if (message) context.addIssue({ code: "custom", path: ["verdict"], message })
})
export type ReviewOutput = z.infer<typeof shape>

function disagreementOf({ findings, coverage, verdict }: ReviewOutput): string | undefined {
  const blocker = findings.find(({ severity }) => severity === "blocker")
  const unmet = coverage.find(({ met }) => met === "no")
  if (verdict === "request_changes") {
    const reasons = findings.length > 0 || coverage.some(({ met }) => met !== "yes")
    return reasons ? undefined : "It requests changes but says none: give a finding, or approve."
  }
  if (blocker) return `It approves, but "${blocker.claim}" is a blocker: request changes.`
  if (unmet) return `It approves, but "${unmet.requirement}" is not met: request changes.`
  return undefined
}
