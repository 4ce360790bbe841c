import type { Run } from "../../../features/runs/schema"
import { printable } from "../printable"
import type { CommonOptions } from "../settings"

/** `serves`: a server goes on with the run by itself when its wait is over. */
export type Where = Pick<CommonOptions, "home"> & { serves: boolean }

/** A command line to paste, for the same home. */
export function line(command: string, { home }: Pick<CommonOptions, "home">): string {
  return `amelia ${command}${home ? ` --home ${home}` : ""}`
}

/** Says what a run waits for and which commands continue it. Empty if it waits for nothing. */
export function nextSteps(run: Run, where: Where): string {
  const resume = line(`runs resume ${run.id}`, where)
  const lines = stepsOf(run, where, resume)
  return printable(lines.map((it) => `${it}\n`).join(""))
}

function stepsOf(run: Run, where: Where, resume: string): string[] {
  if (run.status === "paused") return [`It is paused. To continue: ${resume}`]
  if (run.status === "interrupted") return [`To try again: ${resume}`]
  if (run.status !== "waiting" || !run.waiting) return []
  switch (run.waiting.reason) {
    case "gate":
      return decisions(run, where)
    case "limit":
      return forProvider(run, where, resume)
    case "budget":
      return forMoney(run, where, resume)
  }
}

function decisions(run: Run, where: Where): string[] {
  const { node = "", version, until } = run.waiting ?? {}
  const name = (id: string) => run.nodes[id]?.agent_name ?? id
  const about = aboutOf(run, node)
  const subject = about === node ? `version ${version}` : `version ${version} of ${name(about)}`
  return [
    `It is waiting for your decision at ${name(node)}, about ${subject}.`,
    ...(until ? [`Without a decision, it fails at ${momentOf(until)}.`] : []),
    `  to read it:          ${line(`runs show ${run.id}`, where)}`,
    `  to approve it:       ${line(`runs approve ${run.id}`, where)}`,
    `  to have it changed:  ${line(`runs request-changes ${run.id} --feedback "…"`, where)}`,
    `  to replace its text: ${line(`runs edit ${run.id} --file FILE`, where)}`,
    `  to end the run:      ${line(`runs reject ${run.id}`, where)}`,
  ]
}

/** Returns the node whose artifact is decided on: a gate's last dependency, or the node itself. */
export function aboutOf(run: Run, id: string): string {
  const node = run.graph_definition.nodes.find((node) => node.id === id)
  const before = node?.type === "gate" ? node.dependencies.at(-1) : undefined
  return before === undefined ? id : aboutOf(run, before)
}

function forProvider(run: Run, where: Where, resume: string): string[] {
  const { until = "", message = "It asks for a pause." } = run.waiting ?? {}
  return [
    `It is waiting for the model's provider until ${momentOf(until)}: ${message}`,
    where.serves
      ? `It continues by itself. To follow it: ${line(`runs watch ${run.id}`, where)}`
      : `To continue then: ${resume}`,
  ]
}

function forMoney(run: Run, where: Where, resume: string): string[] {
  const { message = "Its budget is spent.", budget, until } = run.waiting ?? {}
  const unknown = run.cost_usd === null ? ", besides calls of unknown price" : ""
  const spent = `The run has cost ${usd(run.known_cost_usd)}${unknown}.`
  const why = `It is waiting for money. ${message} ${spent}`
  if (budget !== "day") {
    const raise = line(`runs resume ${run.id} --budget ${enough(run)}`, where)
    return [why, `To continue: ${raise}`]
  }
  const then = until ? ` The next day begins at ${momentOf(until)}.` : ""
  return [
    `${why}${then}`,
    "To continue earlier: raise BUDGET_DAY_USD (Settings page, or config.env and a new start),",
    `then ${resume}`,
  ]
}

/** A budget that suffices for the refused call, and at least twice the present one. */
function enough({ waiting, budget_usd, known_cost_usd }: Run): string {
  const needed = known_cost_usd + (waiting?.estimate_usd ?? 0)
  const amount = Math.max(2 * (budget_usd ?? 0), needed, 0.01)
  return (Math.ceil(amount * 100) / 100).toFixed(2)
}

function usd(amount: number): string {
  return `$${amount.toFixed(amount >= 0.01 || amount === 0 ? 2 : 4)}`
}

/** For example `2026-12-01 14:03:20 (in 55 s)`, in the time zone of the person who reads it. */
export function momentOf(iso: string): string {
  const at = new Date(iso)
  const left_s = Math.round((at.getTime() - Date.now()) / 1000)
  const left =
    left_s < 120
      ? `${left_s} s`
      : left_s < 7200
        ? `${Math.round(left_s / 60)} min`
        : `${Math.round(left_s / 3600)} h`
  return `${at.toLocaleString("sv-SE")}${left_s > 0 ? ` (in ${left})` : ""}`
}
