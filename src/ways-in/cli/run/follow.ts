import { setTimeout as delay } from "node:timers/promises"
import type { Run } from "../../../features/runs/schema"
import { print } from "../answer"
import { type Connection, withConnection } from "../connect"
import { type Context, type ExitCode, exitCodes } from "../context"
import { UsageError } from "../failure"
import { printable } from "../printable"
import { type CommonOptions, loadConfig } from "../settings"
import { decideAtGate } from "./gate"
import { line, momentOf, nextSteps } from "./next"
import { type OutPlace, outPlace } from "./out"
import { createProgress, nodeIdsOf } from "./progress"
import { showResults } from "./results"

/** Longer waits for a provider are left to the server. Only a person can be asked to stay. */
const STAY_S = { person: 120, program: 5 }

export type FollowOptions = CommonOptions & {
  /** False with --no-wait. */
  wait?: boolean
  /** Approves every gate. */
  yes?: boolean
  out?: string
}

/**
 * Does something to a run, then follows the run. The exit code is the run's. With --no-wait, prints
 * how it stands and leaves it to the `serve` process.
 */
export async function actAndFollow(
  context: Context,
  options: FollowOptions,
  act: (connection: Connection) => Promise<Run>,
): Promise<ExitCode> {
  const { config } = await loadConfig(context, options)
  const place = options.out ? outPlace(context, options.out) : undefined
  let followed: Run | undefined
  const onInterrupt = (own: boolean) => interruption(followed, own, options)
  return withConnection(context, { config, options, onInterrupt }, async (connection) => {
    const leaves = options.wait === false
    if (leaves && !connection.serves) throw new UsageError(nobodyStays(options))
    followed = await act(connection)
    const run = leaves ? followed : await follow(context, connection, followed, options)
    await showOutcome(context, connection, run, { ...options, place })
    return leaves ? exitCodes.done : exitCodeOf(run)
  })
}

type Outcome = FollowOptions & { place: OutPlace | undefined }

async function showOutcome(
  context: Context,
  { client, serves }: Connection,
  run: Run,
  { place, ...options }: Outcome,
): Promise<void> {
  const { terminal } = context
  const leaves = options.wait === false
  const version = run.waiting?.version ? ` for version ${run.waiting.version}` : ""
  if (options.json || leaves || !terminal.outIsTTY) {
    await print(context, options, run, `${run.id}: ${run.status}${version}\n`)
  }
  if (leaves) return terminal.err(`To follow it: ${line(`runs watch ${run.id}`, options)}\n`)
  const texts = terminal.outIsTTY && !options.json ? "summary" : "none"
  await showResults(context, client, { run, place, texts, home: options.home })
  terminal.err(nextSteps(run, { ...options, serves }))
}

/** Follows a run until it has ended, or waits for somebody or something for long. */
export async function follow(
  context: Context,
  connection: Connection,
  started: Run,
  options: FollowOptions,
): Promise<Run> {
  const { client } = connection
  const nodeIds = nodeIdsOf(started)
  for (let run = started; ; ) {
    // Each time anew, because what was printed in between must not be rewritten.
    const progress = createProgress(context.terminal, nodeIds, options.verbose ?? false)
    const last = await client.followRun(run.id, progress, context.interrupted)
    const next =
      (await decideAtGate(context, client, last, options)) ??
      (await stayFor(context, connection, last))
    if (!next) return last
    run = next
  }
}

/** Waits for a provider that can soon be asked again. Undefined if that is not what it waits for. */
async function stayFor(
  { terminal, interrupted }: Context,
  { client, serves }: Connection,
  { id, waiting }: Run,
): Promise<Run | undefined> {
  if (waiting?.reason !== "limit" || waiting.until === undefined) return undefined
  const left_ms = Date.parse(waiting.until) - Date.now()
  if (left_ms / 1000 > (terminal.ask ? STAY_S.person : STAY_S.program)) return undefined
  const why = waiting.message ?? "its provider asks for a pause."
  terminal.err(printable(`Waiting until ${momentOf(waiting.until)}: ${why}\n`))
  if (serves) return client.followRun(id, () => {}, interrupted, "waiting")
  await delay(Math.max(0, left_ms), undefined, { signal: interrupted })
  const run = await client.getRun(id)
  return run.status === "waiting" ? client.resumeRun(id) : run
}

/** Says what becomes of a run when Ctrl-C ends the command. */
export function interruption(run: Run | undefined, own: boolean, options: CommonOptions): string {
  if (!run) return "Interrupted before anything was started."
  if (own) {
    const ways = `${line("serve", options)}, or ${line(`runs resume ${run.id}`, options)}`
    return `Interrupted; run ${run.id} is kept. To continue it: ${ways}`
  }
  const watch = line(`runs watch ${run.id}`, options)
  return `Interrupted; run ${run.id} continues on the server. To follow it: ${watch}`
}

function nobodyStays(options: CommonOptions): string {
  const serve = line("serve", options)
  return `--no-wait needs a server that goes on with the run. Start one with ${serve}, or leave out --no-wait.`
}

export function exitCodeOf({ status }: Run): ExitCode {
  if (status === "completed") return exitCodes.done
  return status === "waiting" || status === "paused" ? exitCodes.waiting : exitCodes.failed
}
