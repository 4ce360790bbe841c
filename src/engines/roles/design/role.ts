import { artifact, code, item, line, marks, section } from "../markdown"
import { type DesignOutput, designOutput } from "../output"
import { commonRules, promptFor } from "../prompt"
import type { Role } from "../role"
import { extractDesign } from "./rules"

const system = `You are a software architect. From what was found out about a product you make a design that a team can build from.

You give:
- summary: the shape of the solution in three sentences at most: its main parts and how a request runs through them.
- components: parts with one responsibility each, said in one sentence, and the names of the features that each serves, spelled as in the earlier result. Every feature is served by at least one component.
- interfaces: where two components or the outside meet: routes, commands, functions, events, files. \`name\` is what one types or calls; \`between\` names both sides.
- data_model: what is stored or passed on, with field names. Take names from the sources where they have them.
- decisions: choices that cost much to change, each with its reason and the alternatives that were turned down. A choice without an alternative is no decision. What the sources leave open and the design can't do without, you decide: say so in the reason.
- risks: what is likely to go wrong with this design, and what in it works against that.

Prefer few parts and plain technology. Requirements and constraints of the earlier result hold for everything that you design; name in the responsibility, reason or mitigation those that shaped it, by their ids.

${commonRules}`

const task =
  "Design what the request and the earlier results ask for: components, interfaces, data model, decisions with alternatives, and risks."

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
        (features.length ? `\n  Serves: ${features.map(line).join(", ")}.` : ""),
    )
    const interfaces = output.interfaces.map(
      ({ name, between, description, citations }) =>
        `- ${code(name)} (${line(between)}): ${line(description)}${marks(citations)}`,
    )
    const entities = output.data_model.map(
      ({ entity, fields, description, citations }) =>
        `- **${line(entity)}**: ${line(description)}${marks(citations)}` +
        (fields.length ? `\n  Fields: ${fields.map(code).join(", ")}.` : ""),
    )
    const decisions = output.decisions.map(
      ({ decision, reason, alternatives, citations }) =>
        `${item(decision, citations)}\n  Reason: ${line(reason)}` +
        (alternatives.length ? `\n  Not chosen: ${alternatives.map(line).join("; ")}` : ""),
    )
    const risks = output.risks.map(
      ({ risk, mitigation, citations }) =>
        `${item(risk, citations)}\n  Mitigation: ${line(mitigation)}`,
    )
    const sections = [
      section("Components", components, "The sources name none."),
      section("Interfaces", interfaces, "The sources name none."),
      section("Data model", entities, "The sources describe none."),
      section("Decisions", decisions, "The sources give none."),
      section("Risks", risks, "The sources name none."),
    ]
    return artifact("Design", output.summary, sections, citations)
  },
}
