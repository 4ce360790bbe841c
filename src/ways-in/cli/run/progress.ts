import type { Run, RunNode } from "../../../features/runs/schema"
import { printable } from "../printable"
import type { Terminal } from "../terminal"

export type Progress = (run: Run) => void

export function nodeIdsOf({ graph_definition }: Run): string[] {
  return graph_definition.nodes.map(({ id }) => id)
}

const marks: Record<RunNode["status"], string> = {
  pending: "○",
  waiting: "waits",
  running: "●",
  completed: "✓",
  failed: "✗",
  skipped: "–",
  cancelled: "✗",
}

/** More lines may not fit on the screen, and scrolled-away lines can't be rewritten. */
const rewrittenLinesMax = 20

/** One line per step, rewritten in place on a terminal; otherwise each change prints a line. */
export function createProgress(terminal: Terminal, nodeIds: string[], plain: boolean): Progress {
  return terminal.errIsTTY && !plain && nodeIds.length <= rewrittenLinesMax
    ? rewrittenProgress(terminal, nodeIds)
    : plainProgress(terminal, nodeIds)
}

function rewrittenProgress(terminal: Terminal, nodeIds: string[]): Progress {
  const width = Math.max(...nodeIds.map((id) => id.length))
  let height = 0
  return (run) => {
    const lines = stepsOf(run, nodeIds).map(([id, node]) => {
      const line = `${marks[node.status]} ${id.padEnd(width)}  ${stateOf(node, 9)}`
      return `\x1b[2K${[...line].slice(0, terminal.columns() - 1).join("")}\n`
    })
    terminal.err((height > 0 ? `\x1b[${height}A` : "") + lines.join(""))
    height = lines.length
  }
}

function plainProgress(terminal: Terminal, nodeIds: string[]): Progress {
  const shown = new Map<string, string>()
  return (run) => {
    for (const [id, node] of stepsOf(run, nodeIds)) {
      // The elapsed time of a running step always changes; that alone prints no line.
      const state = stateOf({ ...node, completed_at: node.completed_at ?? node.started_at })
      if (node.status === "pending" || shown.get(id) === state) continue
      shown.set(id, state)
      terminal.err(`${id}: ${state}\n`)
    }
  }
}

function stepsOf(run: Run, nodeIds: string[]): [string, RunNode][] {
  return nodeIds.flatMap((id) => {
    const node = run.nodes[id]
    return node ? [[id, node] satisfies [string, RunNode]] : []
  })
}

/** For example `running  12 s  anthropic/claude-sonnet-5-5  Reading 8 passages`. */
function stateOf(node: RunNode, statusWidth = 0): string {
  const parts = [
    node.status.padEnd(statusWidth),
    seconds(node),
    modelOf(node),
    node.attempts > 1 ? `attempt ${node.attempts}` : "",
    node.status === "failed" ? (node.error ?? "") : node.status === "running" ? node.message : "",
  ]
  const text = parts.filter((it) => it !== "").join("  ")
  return printable(text)
    .replace(/\s*\n\s*/g, " ")
    .trimEnd()
}

/** Never presents the offline provider as a model. */
export function modelOf({ model }: Pick<RunNode, "model">): string {
  if (model === null) return ""
  return model === "offline" || model.startsWith("offline/")
    ? "extractive: no language model was used"
    : model
}

function seconds({ started_at, completed_at }: RunNode): string {
  if (started_at === null) return ""
  const until = completed_at === null ? Date.now() : Date.parse(completed_at)
  const spent_s = Math.max(0, until - Date.parse(started_at)) / 1000
  return spent_s < 1 ? "" : `${spent_s < 10 ? spent_s.toFixed(1) : Math.round(spent_s)} s`
}
