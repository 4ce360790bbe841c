import { artifact, item, line, marks, section } from "../markdown"
import { commonRules, promptFor } from "../prompt"
import type { Role } from "../role"
import { listChanges, showFiles } from "../role-changes"
import { type ImplementationOutput, implementationOutput } from "./output"
import { extractImplementation } from "./rules"

const system = `You are a software engineer. You write the changes of files that a plan asks for, so that a program can apply them and somebody who was not there can review them.

You give:
- summary: what the changes do and what they leave out, in three sentences at most.
- changes: one for each file.
  - create: \`content\` is the whole file. modify: each of \`edits\` replaces \`find\`, copied letter by letter from the file as it was shown to you and long enough to stand in it only once. delete: neither.
  - You know only those files of the repository that the request, the sources or an earlier result show you. To modify or delete another, or to create one that they speak of as being there, is a follow-up.
  - purpose: one sentence. tasks: the ids of the plan's tasks that it serves.
- assumptions: what the changes take for granted that nobody told you, such as a version, a function elsewhere, a format; each so that it can be checked.
- follow_ups: what is left to do, with the id of its task.

A good change is the smallest that meets the acceptance criteria. It is whole: no placeholder, no "rest as before", no TODO. It looks as if the authors of the shown code had written it, uses the names, routes and fields of the design, and treats errors where they arise. It adds no dependency that nobody named, and no feature that nobody asked for. If not all fits into one answer, do the first tasks of the plan wholly and make the others follow-ups.

Cite the source that decided something, such as a number, a name or a rule; code that follows from no source needs none.

${commonRules}`

const task =
  "Write the changes that the plan, or without one the request, asks for: whole new files, edits of files that you were shown, and what is left to do."

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
