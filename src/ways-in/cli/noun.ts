import type { Run } from "../../features/runs/schema"
import type { Client } from "../client/client"
import { inColumns } from "./columns"
import { withConnection } from "./connect"
import { type Context, type ExitCode, exitCodes } from "./context"
import type { Noun } from "./nouns"
import { follow } from "./run/follow"
import { createProgress } from "./run/progress"
import { type CommonOptions, loadConfig } from "./settings"

export type ListOptions = CommonOptions & { limit?: number }

const LISTED = 50

/** Prints the newest items as a table. */
export function list<T>(context: Context, noun: Noun<T>, options: ListOptions): Promise<ExitCode> {
  return answer(context, options, async (client) => {
    const items = await noun.list(client, options.limit ?? LISTED)
    return { json: items, text: inColumns([noun.columns, ...items.map(noun.row)]) }
  })
}

/** Prints one item in full. */
export function show<T>(
  context: Context,
  noun: Noun<T>,
  id: string,
  options: CommonOptions,
): Promise<ExitCode> {
  return answer(context, options, async (client) => {
    const item = await noun.find(client, id)
    return { json: item, text: `${(await noun.text(client, item)).trimEnd()}\n` }
  })
}

/**
 * Applies a verb to one item and prints its new status. Follows a resumed run to its end unless a
 * `serve` process owns it, because the run would stop when the command exits.
 */
export function act<T>(
  context: Context,
  { noun, verb, id }: { noun: Noun<T>; verb: string; id: string },
  options: CommonOptions,
): Promise<ExitCode> {
  return answer(context, options, async (client, serves) => {
    const toItsEnd = (run: Run) => (serves ? run : followRun(context, client, run))
    const json = await noun.verbs[verb]?.(client, id, async (run) => toItsEnd(run))
    const { status } = Object(json)
    return { json, text: `${id}: ${status}\n` }
  })
}

/** Starts a run, and follows it to its end unless a `serve` process owns it. */
export function answerRun(
  context: Context,
  options: CommonOptions,
  start: (client: Client) => Promise<Run>,
): Promise<ExitCode> {
  return answer(context, options, async (client, serves) => {
    const started = await start(client)
    const run = serves ? started : await followRun(context, client, started)
    return { json: run, text: `${run.id}: ${run.status}\n` }
  })
}

function followRun({ terminal, interrupted }: Context, client: Client, run: Run): Promise<Run> {
  const progress = createProgress(terminal, Object.keys(run.nodes), false)
  return follow(client, run.id, progress, interrupted)
}

/** Prints the server's answer as text, or as JSON with --json. */
export async function answer(
  context: Context,
  options: CommonOptions,
  ask: (client: Client, serves: boolean) => Promise<{ json: unknown; text: string }>,
): Promise<ExitCode> {
  const { config } = await loadConfig(context, options)
  return withConnection(context, { config, options }, async ({ client, serves }) => {
    const { json, text } = await ask(client, serves)
    await context.terminal.out(options.json ? `${JSON.stringify(json)}\n` : text)
    return exitCodes.done
  })
}
