import { extractiveNotice } from "../../models/offline"
import { discoveryFor, priorityOf } from "../discovery/rules"
import { shortened } from "../markdown"
import type { Material } from "../role"
import { type Demand, demandsFor } from "../rules/demands"
import { entryPointsOf, toolsOf } from "../rules/identifiers"
import { cite } from "../rules/rank"
import { counted, documentsOf } from "../rules/summary"
import { readUnits } from "../rules/units"
import { plannedTasks, relocated } from "../rules/upstream"
import { placeOf } from "../sources"
import type { TestingOutput } from "./output"

const TITLE_MAX = 60

/** Makes one manual case for each demand, since rules can't write steps or tests. */
export function extractTesting(material: Material): TestingOutput {
  const cases = demandsFor(material).map(caseOf)
  const from = documentsOf(material.sources)
  const found = `${counted(cases.length, "case")}, one for each demand, taken by rules from ${from}`
  return {
    strategy: `${extractiveNotice}. ${found}. Their steps are left to who tries them.`,
    cases,
    files: [],
    coverage_gaps: gapsOf(material),
    commands: commandsOf(material),
  }
}

function caseOf({ statement, ids, citations }: Demand, at: number): TestingOutput["cases"][number] {
  return {
    id: `TC${at + 1}`,
    title: shortened(statement, TITLE_MAX),
    kind: "manual",
    covers: ids,
    steps: [],
    expected: statement,
    priority: priorityOf(statement),
    citations,
  }
}

function gapsOf(material: Material): TestingOutput["coverage_gaps"] {
  const { sources, upstream } = material
  const vague = plannedTasks(upstream)
    .filter(({ acceptance_criteria }) => acceptance_criteria.length === 0)
    .map(({ id, title, citations }) => {
      return { gap: `${id} has no acceptance criteria: ${title}`, citations }
    })
  const open = discoveryFor(material).open_questions.map(({ question, citations }) => {
    return { gap: `Not decided: ${question}`, citations }
  })
  return relocated([...vague, ...open], sources)
}

const testCommand = /^(?:\w+ )?(?:run )?[\w./:-]*(?:test|check|lint)[\w./:-]*(?: |$)/

/** Finds test commands in the sources that need no shell. */
function commandsOf({ sources }: Material): TestingOutput["commands"] {
  const units = readUnits(sources)
  const found = [...toolsOf(units), ...entryPointsOf(units)].flatMap(({ kind, name, unit }) => {
    const command = name.split(/\s+(?:#|\/\/)\s/)[0]?.trim() ?? ""
    const plain = kind === "command" && /^[\w@%+=:,./ -]+$/.test(command)
    if (!plain || !testCommand.test(command)) return []
    const source = sources.find(({ number }) => number === unit.source)
    const purpose = `Named in ${source ? placeOf(source.passage) : "the sources"}.`
    return [{ argv: command.split(/\s+/), purpose, citations: cite(unit) }]
  })
  return [...new Map(found.map((command) => [command.argv.join(" "), command])).values()]
}
