import { artifact, code, detail, item, line, marks, section } from "../markdown"
import { type DesignOutput, designOutput } from "../output"
import { commonRules, promptFor } from "../prompt"
import type { Role } from "../role"
import { extractDesign } from "./rules"

const system = `You are a software architect. You turn what was found out about a product into a design that a team can build.

Output:
- summary: the shape of the solution in at most three sentences: its main parts and how a request flows through them.
- components: parts with one responsibility each, stated in one sentence, and the names of the features that each part serves, spelled as in the earlier result. Every feature is served by at least one component.
- interfaces: where two components, or a component and the outside world, meet: routes, commands, functions, events, files. \`name\` is what one types or calls; \`between\` names both sides.
- data_model: what is stored or passed on, with its fields. Use the sources' names where they have them.
- decisions: choices that are expensive to change, each with its reason and the rejected alternatives. A choice without alternatives is not a decision. Where the sources leave something open that the design needs, decide it and say so in the reason.
- risks: what is likely to go wrong with this design, and what the design does about it.

Prefer few parts and boring technology. The requirements and constraints of the earlier result apply to the whole design. Where one of them shaped a part, name its id in the responsibility, reason or mitigation.

${commonRules}`

const task =
  "Design what the request and the earlier results ask for: components, interfaces, data model, decisions with their alternatives, and risks."

/** Turns a discovery into components and their interfaces. */
export const design: Role<DesignOutput> = {
  type: "design",
  title: "Design",
  schema: designOutput,
  system,
  prompt: (material) => promptFor(material, task),
  extract: extractDesign,
  render(output, citations) {
    const components = output.components.map(
      ({ name, responsibility, features, citations }) =>
        `- **${line(name)}**: ${line(responsibility)}${marks(citations)}` +
        detail("Serves", features.map(line).join(", ")),
    )
    const interfaces = output.interfaces.map(
      ({ name, between, description, citations }) =>
        `- ${code(name)} (${line(between)}): ${line(description)}${marks(citations)}`,
    )
    const entities = output.data_model.map(
      ({ entity, fields, description, citations }) =>
        `- **${line(entity)}**: ${line(description)}${marks(citations)}` +
        detail("Fields", fields.map(code).join(", ")),
    )
    const risks = output.risks.map(
      ({ risk, mitigation, citations }) =>
        `${item(risk, citations)}${detail("Mitigation", line(mitigation))}`,
    )
    const sections = [
      section("Components", components, "The sources name none."),
      section("Interfaces", interfaces, "The sources name none."),
      section("Data model", entities, "The sources describe none."),
      section("Decisions", output.decisions.map(showDecision), "The sources give none."),
      section("Risks", risks, "The sources name none."),
    ]
    return artifact("Design", output.summary, sections, citations)
  },
}

function showDecision({
  decision,
  reason,
  alternatives,
  citations,
}: DesignOutput["decisions"][number]): string {
  const why = `- **Why:** ${line(reason)}${marks(citations)}`
  const others = alternatives.map((it) => `- **Not chosen:** ${line(it)}`)
  return `### ${line(decision)}\n\n${[why, ...others].join("\n")}\n`
}
