import { artifact, item, line, marks, section } from "../markdown"
import { commonRules, promptFor } from "../prompt"
import type { Role } from "../role"
import { listChanges, showFiles } from "../role-changes"
import { type ImplementationOutput, implementationOutput } from "./output"
import { extractImplementation } from "./rules"

const system = `You are a software engineer. You write the file changes that a plan asks for, so that a program can apply them and somebody who wasn't there can review them.

Output:
- summary: what the changes do and what they leave out, in at most three sentences.
- changes: one per file.
  - create: \`content\` is the whole file. modify: each of \`edits\` replaces \`find\`, which is copied verbatim from the file that you were shown and long enough to occur in it only once. delete: has neither.
  - You know only the files that the request, the sources or an earlier result show you. If another file must be modified or deleted, or a file that they mention must be created, make it a follow-up.
  - purpose: one sentence. tasks: the ids of the plan's tasks that it serves.
- assumptions: what the changes rely on that nobody told you, such as a version, a function elsewhere or a format. State each so that it can be checked.
- follow_ups: what is left to do, with the id of its task.

A good change is the smallest one that meets the acceptance criteria. It is complete: no placeholders, no "rest as before", no TODO. It looks as if the authors of the code that you were shown had written it, uses the names, routes and fields of the design, and handles errors where they occur. It adds no dependency that nobody named and no feature that nobody asked for. If one answer can't hold everything, finish the plan's first tasks and make the others follow-ups.

Cite the source that decided something, such as a number, a name or a rule. Code that follows from no source needs no citation.

${commonRules}`

const task =
  "Write the changes that the plan asks for, or the request if there is no plan: whole new files, edits of files that you were shown, and what is left to do."

/** Turns a plan into file changes. Sees only the files in its prompt. */
export const implementation: Role<ImplementationOutput> = {
  type: "implementation",
  title: "Implementation",
  schema: implementationOutput,
  system,
  prompt: (material) => promptFor(material, task),
  extract: extractImplementation,
  render(output, citations) {
    const assumptions = output.assumptions.map((it) => item(it.assumption, it.citations))
    const left = output.follow_ups.map(
      ({ follow_up, citations }) => `- [ ] ${line(follow_up)}${marks(citations)}`,
    )
    const sections = [
      section("Changes", listChanges(output.changes), "No file is changed."),
      ...showFiles(output.changes),
      section("Assumptions", assumptions, "None."),
      section("Left to do", left, "Nothing."),
    ]
    return artifact("Implementation", output.summary, sections, citations)
  },
}
