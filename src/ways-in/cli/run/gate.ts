import type { GateInput, Run } from "../../../features/runs/schema"
import { ApiError, type Client } from "../../client/client"
import type { Context } from "../context"
import { readEdit } from "../edit"
import { UsageError } from "../failure"
import { printable } from "../printable"
import { aboutOf } from "./next"

type GateOptions = { yes?: boolean; json?: boolean }

/** Returns undefined if nobody can be asked, or if the person chooses "later". */
export async function decideAtGate(
  context: Context,
  client: Client,
  run: Run,
  { yes = false, json = false }: GateOptions,
): Promise<Run | undefined> {
  const { reason, node, version } = run.waiting ?? {}
  if (reason !== "gate" || !node || version === undefined) return undefined
  if (yes) return client.decide(run.id, node, { decision: "approve", version })
  const { terminal } = context
  if (json || !terminal.ask) return undefined
  const artifact = (await client.listVersions(run.id, aboutOf(run, node))).at(-1)
  terminal.err(printable(`\n${artifact?.content.trimEnd() ?? ""}\n\n`))
  const name = run.nodes[node]?.agent_name ?? node
  for (;;) {
    const question = `${name}, version ${version}: [a]pprove, [e]dit, request [c]hanges, [r]eject, [l]ater? `
    const input = await askFor(context, await terminal.ask(question), version)
    if (input === "later") return undefined
    if (input === undefined) continue
    try {
      return await client.decide(run.id, node, input)
    } catch (error) {
      // Somebody else decided first, or the role can't read the edit: ask again.
      if (!(error instanceof ApiError) || error.status >= 500) throw error
      terminal.err(`${error.message}\n`)
      return client.getRun(run.id)
    }
  }
}

/** Turns a letter into a decision, asking for details. Returns undefined for an invalid answer. */
async function askFor(
  context: Context,
  answer: string | undefined,
  version: number,
): Promise<GateInput | "later" | undefined> {
  const ask = async (question: string) => (await context.terminal.ask?.(question))?.trim() ?? ""
  // No answer means the input has ended.
  switch (answer === undefined ? "l" : answer.trim().toLowerCase().charAt(0)) {
    case "a":
      return { decision: "approve", version }
    case "l":
      return "later"
    case "r":
      return { decision: "reject", version, ...optional(await ask("Why? ")) }
    case "c": {
      const feedback = await ask("What should change? ")
      return feedback ? { decision: "request_changes", version, feedback } : undefined
    }
    case "e": {
      const file = await ask("File with the new text (Markdown, or .json for the data): ")
      try {
        return file ? { decision: "edit", version, ...(await readEdit(context, file)) } : undefined
      } catch (error) {
        if (!(error instanceof UsageError)) throw error
        context.terminal.err(`${error.message}\n`)
        return undefined
      }
    }
    default:
      return undefined
  }
}

const optional = (feedback: string) => (feedback ? { feedback } : {})
