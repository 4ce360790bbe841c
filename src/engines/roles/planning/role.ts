import { artifact, code, line, marks, section } from "../markdown"
import { type PlannedTask, type PlanningOutput, planningOutput } from "../output"
import { commonRules, promptFor } from "../prompt"
import type { Role } from "../role"
import { extractPlanning } from "./rules"

const system = `You are a tech lead. You turn a design into a plan that engineers and coding agents can work through, task by task.

Output:
- summary: how the work proceeds and what becomes usable first, in at most three sentences.
- tasks: in the order of work, with ids T1, T2, … A task depends only on earlier tasks, and only on those whose results it uses. Each can be reviewed on its own and leaves the product working.
  - title: what is done, starting with a verb. description: what to build and how it fits with the other parts, complete enough for somebody who reads only this task and the sources.
  - files: the paths that it creates or changes, as the sources or the design name them. Empty if they name none.
  - acceptance_criteria: two to six statements that a test or a person can check. Every requirement and constraint of the earlier results appears in at least one, with its id, like (R3). Keep numbers exact.
  - estimate: S for hours, M for a day, L for days, XL for a week or more. Split an XL task if you can.

Start with what other tasks need and with what is risky. Documentation and tests belong to the task that they are about.

${commonRules}`

const task =
  "Plan the work that the design and the earlier results ask for as an ordered list of tasks."

export const planning: Role<PlanningOutput> = {
  type: "planning",
  title: "Planning",
  schema: planningOutput,
  system,
  prompt: (material) => promptFor(material, task),
  extract: extractPlanning,
  render(output, citations) {
    const none = "The sources name nothing to build."
    const tasks = section("Tasks", output.tasks.map(showTask), none)
    return artifact("Plan", output.summary, [tasks], citations)
  },
}

function showTask(task: PlannedTask): string {
  const { id, title, description, depends_on, files, acceptance_criteria, estimate } = task
  const needs = depends_on.length ? `after ${ranges(depends_on)}` : "can start at once"
  const lines = [
    `### ${id}: ${line(title)}\n`,
    `*${estimate}, ${needs}*\n`,
    `${line(description)}${marks(task.citations)}\n`,
  ]
  if (files.length) lines.push(`Files: ${files.map(code).join(", ")}\n`)
  for (const criterion of acceptance_criteria) lines.push(`- [ ] ${line(criterion)}`)
  return `${lines.join("\n")}\n`
}

/** Joins ids, runs of three and more as `T1–T5`. */
function ranges(ids: readonly string[]): string {
  const runs: string[][] = []
  for (const id of ids) {
    const last = runs.at(-1)?.at(-1)
    if (last && Number(id.slice(1)) === Number(last.slice(1)) + 1) runs.at(-1)?.push(id)
    else runs.push([id])
  }
  return runs.flatMap((run) => (run.length > 2 ? `${run[0]}–${run.at(-1)}` : run)).join(", ")
}
