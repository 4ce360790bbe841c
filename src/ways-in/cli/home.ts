import { setTimeout as delay } from "node:timers/promises"
import type { Config } from "../../platform/config/config"
import { AppError } from "../../platform/errors"
import { findServer } from "../../platform/home/home"
import { createClient } from "../client/client"
import type { Context } from "./context"

const look_ms = 200

/** Runs `work`, and retries for up to `patience_ms` while another process holds the home. */
export async function onceFree<T>(
  { interrupted }: Context,
  patience_ms: number,
  work: () => Promise<T>,
): Promise<T> {
  const until = Date.now() + patience_ms
  for (;;) {
    try {
      return await work()
    } catch (error) {
      const isTaken = error instanceof AppError && error.name === "AlreadyRunningError"
      if (!isTaken || Date.now() > until || interrupted.aborted) throw error
      await delay(look_ms)
    }
  }
}

/** Returns the URL of the home's server, or undefined after `patience_ms` or an abort. */
export async function waitForServer(
  home: string,
  patience_ms: number,
  signal: AbortSignal,
): Promise<string | undefined> {
  const until = Date.now() + patience_ms
  while (Date.now() < until && !signal.aborted) {
    const entry = await findServer(home)
    if (entry) return entry.url
    await delay(look_ms, undefined, { signal }).catch(() => undefined)
  }
  return undefined
}

/** Asks a command's own server to leave. Throws AlreadyRunningError if `serve` owns the home. */
export async function claimHome(context: Context, config: Config): Promise<void> {
  const { home, ameliaToken: token } = config
  const entry = await findServer(home)
  if (!entry) return
  const { url, pid, temporary } = entry
  if (!temporary) {
    const sentence = `Amelia is already running for ${home} at ${url} (process ${pid}).`
    throw new AppError("AlreadyRunningError", sentence, { home, url, pid })
  }
  context.terminal.err(`Taking over from a command (process ${pid}).\n`)
  const client = createClient({ url, token })
  // A failure means it is already leaving.
  await client.handOver().catch(() => undefined)
}
