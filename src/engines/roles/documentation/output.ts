import { z } from "zod"
import { citations } from "../output"

export const documentationOutput = z.object({
  title: z.string(),
  audience: z.string().describe("Who reads it, and what they want to do."),
  summary: z.string().describe("Three sentences at most."),
  sections: z.array(
    z.object({ heading: z.string(), body: z.string().describe("Markdown."), citations }),
  ),
  changelog: z
    .array(
      z.object({
        kind: z.enum(["added", "changed", "deprecated", "removed", "fixed", "security"]),
        entry: z.string(),
      }),
    )
    .describe("What changes for users; none if nothing does."),
  open_questions: z.array(z.object({ question: z.string(), citations })),
})
export type DocumentationOutput = z.infer<typeof documentationOutput>
