import { extractiveNotice } from "../../models/offline"
import { planFor } from "../planning/rules"
import type { Material } from "../role"
import { counted } from "../rules/summary"
import { relocate } from "../rules/upstream"
import type { ImplementationOutput } from "./output"

/** Lists the plan's tasks as follow-ups, since rules can't write code. */
export function extractImplementation(material: Material): ImplementationOutput {
  const { tasks } = planFor(material)
  const files = new Set(tasks.flatMap(({ files }) => files))
  const left = `${counted(tasks.length, "task")} and ${counted(files.size, "file")} of the plan are left`
  return {
    summary: `${extractiveNotice}. Rules write no code, so no file is changed. ${left}.`,
    changes: [],
    assumptions: [],
    follow_ups: tasks.map(({ id, title, files, citations }) => ({
      follow_up: `${id}: ${title}${files.length ? ` (${files.join(", ")})` : ""}`,
      citations: relocate(citations, material.sources),
    })),
  }
}
