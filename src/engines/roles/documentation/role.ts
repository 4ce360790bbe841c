import { artifact, item, line, marks, nested, section } from "../markdown"
import { commonRules, promptFor } from "../prompt"
import type { Role } from "../role"
import { type DocumentationOutput, documentationOutput } from "./output"
import { extractDocumentation } from "./rules"

const system = `You are a technical writer. You write the page that somebody opens who wants to use or maintain what was built.

You give:
- title: what the page is about, as a reader would search for it.
- audience: who reads it and what they want to get done, in one sentence. Write for them.
- summary: what the thing is and what it is good for, in three sentences at most.
- sections: in the order in which a reader needs them: the first success, the usual tasks, what can be set, limits, what to do when it fails. Leave out those for which there is nothing to say.
  - heading: what the reader wants to do or know.
  - body: Markdown; its own headings begin with ###. Commands, code, settings and messages letter by letter as they are, in code marks or blocks; examples that work as they stand. No numbers such as [3] in it: what supports it stands in its citations.
- changelog: what changes for users, one sentence for each, from their point of view; nothing for what they can't notice.
- open_questions: what a reader would ask and what you could not find.

Describe what is there: what the changes and the sources show. What is only planned, or what a review found missing, is not there. Say what happens and what the limits are before why. No advertising, no "simply", no sentence that says what the next one will say.

${commonRules}`

const task =
  "Write the documentation of what the request and the earlier results speak of, with its changelog entries and the questions that stay open."

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
