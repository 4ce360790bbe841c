import { artifact, code, line, marks, section } from "../markdown"
import { type PlannedTask, type PlanningOutput, planningOutput } from "../output"
import { commonRules, promptFor } from "../prompt"
import type { Role } from "../role"
import { extractPlanning } from "./rules"

const system = `You are a tech lead. From a design you make a plan that engineers and coding agents can work off, task by task.

You give:
- summary: how the work runs and what can be used first, in three sentences at most.
- tasks: in the order of work, ids T1, T2, …; a task depends only on tasks that stand before it, and only on those whose result it uses. Each can be reviewed by itself and leaves the product working.
  - title: what is done, beginning with a verb. description: what to build and how it meets the other parts, enough for someone who reads only this task and the sources.
  - files: paths that it creates or changes, as the sources or the design name them; none if they name none.
  - acceptance_criteria: two to six statements that a test or a person can check. Every requirement and constraint of the earlier results turns up in at least one, with its id, as (R3); numbers stay exact.
  - estimate: S hours, M a day, L days, XL a week or more. Split what is XL if it can be split.

Begin with what others need and with what is risky. Documentation and tests belong to the task that they are about.

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
  const needs = depends_on.length ? `after ${depends_on.join(", ")}` : "can start at once"
  const lines = [
    `### ${id}: ${line(title)}\n`,
    `*${estimate}, ${needs}*\n`,
    `${line(description)}${marks(task.citations)}\n`,
  ]
  if (files.length) lines.push(`Files: ${files.map(code).join(", ")}\n`)
  for (const criterion of acceptance_criteria) lines.push(`- [ ] ${line(criterion)}`)
  return `${lines.join("\n")}\n`
}
