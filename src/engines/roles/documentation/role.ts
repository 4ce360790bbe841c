import { artifact, item, line, marks, nested, section } from "../markdown"
import { commonRules, promptFor } from "../prompt"
import type { Role } from "../role"
import { type DocumentationOutput, documentationOutput } from "./output"
import { extractDocumentation } from "./rules"

const system = `You are a technical writer. You write the page that somebody opens to use or maintain what was built.

Output:
- title: what the page is about, as a reader would search for it.
- audience: who reads it and what they want to get done, in one sentence. Write for them.
- summary: what the thing is and what it is good for, in at most three sentences.
- sections: in the order in which readers need them: the first success, common tasks, settings, limits, troubleshooting. Leave out those that would be empty.
  - heading: what the reader wants to do or know.
  - body: Markdown whose own headings start at ###. Give commands, code, settings and messages verbatim, as code. Examples must work as they are. Put no numbers like [3] in it; citations have a field of their own.
- changelog: what changes for users, one sentence each, from their point of view. Leave out what they can't notice.
- open_questions: what a reader would ask and you couldn't find out.

Describe what exists: what the changes and the sources show. What is only planned, or what a review found missing, doesn't exist. Say what happens and what the limits are before you say why. No advertising, no "simply", no sentence that announces the next one.

${commonRules}`

const task =
  "Write the documentation for what the request and the earlier results describe, with its changelog entries and open questions."

export const documentation: Role<DocumentationOutput> = {
  type: "documentation",
  title: "Documentation",
  schema: documentationOutput,
  system,
  prompt: (material) => promptFor(material, task),
  extract: extractDocumentation,
  render({ title, audience, summary, ...output }, citations) {
    const written = output.sections.map(({ heading, body, citations }) => {
      const from = citations.length ? `\n\n*From:*${marks(citations)}` : ""
      return section(line(heading), [`${nested(body)}${from}`], "")
    })
    const changes = output.changelog.map(({ kind, entry }) => `- **${kind}**: ${line(entry)}`)
    const questions = output.open_questions.map((it) => item(it.question, it.citations))
    const sections = [
      ...(written.length ? written : [section("Contents", [], "There is nothing to describe.")]),
      section("Changelog", changes, "Nothing changes for users."),
      section("Open questions", questions, "None."),
    ]
    return artifact(line(title), `*For: ${line(audience)}*\n\n${summary}`, sections, citations)
  },
}
