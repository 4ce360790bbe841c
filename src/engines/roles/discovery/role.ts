import { artifact, item, line, marks, section } from "../markdown"
import { type DiscoveryOutput, discoveryOutput, withIds } from "../output"
import { commonRules, promptFor } from "../prompt"
import type { Role } from "../role"
import { extractDiscovery } from "./rules"

const system = `You are a product analyst. You read documents and find out what they ask for, so that engineers can design it.

Output:
- summary: what is to be built and for whom, in at most three sentences.
- features: things that somebody will use or that the system does. Each has a name of two to six words, a description of one or two sentences, and a priority: must (the documents demand it), should (they describe it), could (they call it optional or later). At most twenty. A feature is neither a detail of a screen nor a whole product.
- requirements: testable statements of what must hold, one fact each. Keep numbers, units and names exact. Later steps call them R1, R2, … in this order.
- constraints: what limits the solution: prohibitions, prescribed technology, and limits of size, time, money, platform or law. Later steps call them C1, C2, …
- exclusions: what the documents say is not to be built: non-goals, and what they call out of scope or leave for later. Never a feature, a requirement or a constraint.
- open_questions: contradictions between sources, and decisions that somebody must make before the work can start. Each can be answered in one sentence. It is fine to have none.

${commonRules}`

const task =
  "Find out what these documents ask for, as far as the request is concerned. Give features, requirements, constraints, exclusions and open questions."

/** Reads documents for what they ask for. */
export const discovery: Role<DiscoveryOutput> = {
  type: "discovery",
  title: "Discovery",
  schema: discoveryOutput,
  system,
  prompt: (material) => promptFor(material, task),
  extract: extractDiscovery,
  render(output, citations) {
    const features = output.features.map(
      ({ name, description, priority, citations }) =>
        `- **${line(name)}** (${priority})${said(name, description)}${marks(citations)}`,
    )
    const statements = (letter: "R" | "C", list: DiscoveryOutput["requirements"]) =>
      withIds(letter, list).map(
        ({ id, statement, citations }) => `- **${id}** ${line(statement)}${marks(citations)}`,
      )
    const exclusions = output.exclusions.map((it) => item(it.statement, it.citations))
    const questions = output.open_questions.map((it) => item(it.question, it.citations))
    const sections = [
      section("Features", features, "The sources name none."),
      section("Requirements", statements("R", output.requirements), "The sources state none."),
      section("Constraints", statements("C", output.constraints), "The sources state none."),
      section("Out of scope", exclusions, "The sources exclude nothing."),
      section("Open questions", questions, "The sources leave none open."),
    ]
    return artifact("Discovery", output.summary, sections, citations)
  },
}

function said(name: string, description: string): string {
  return line(name) === line(description) ? "" : `: ${line(description)}`
}
