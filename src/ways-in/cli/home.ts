import { setTimeout as delay } from "node:timers/promises"
import type { Config } from "../../platform/config/config"
import { AppError } from "../../platform/errors"
import { findServer } from "../../platform/home/home"
import { createClient } from "../client/client"
import type { Context } from "./context"

/** How often a home that is taken is looked at again. */
const look_ms = 200

/** Does `work`, and again while another process has the home, for `patience_ms` at most. */
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

/**
 * The URL at which the home is served, as soon as it is; undefined if not within `patience_ms`, or
 * when the signal aborts.
 */
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

/**
 * Sees to it that `serve` can have the home: a command's own server is asked to leave, and is gone
 * soon. Throws AlreadyRunningError, which names the URL, if another `serve` has it.
 */
export async function claimHome(context: Context, config: Config): Promise<void> {
  const { home, ameliaToken: token } = config
  const entry = await findServer(home)
  if (!entry) return
  const { url, pid, temporary } = entry
  if (!temporary) {
    const sentence = `Amelia already runs for ${home} at ${url} (process ${pid}).`
    throw new AppError("AlreadyRunningError", sentence, { home, url, pid })
  }
  context.terminal.err(`Taking over from a command (process ${pid}).\n`)
  const client = createClient({ url, ...(token ? { token } : {}) })
  // It may be leaving already, which is as good.
  await client.handOver().catch(() => undefined)
}
