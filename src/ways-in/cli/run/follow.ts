import { setTimeout as delay } from "node:timers/promises"
import type { Run } from "../../../features/runs/schema"
import type { Client } from "../../client/client"

const pollEvery_ms = 1000
/** Events of one change arrive close together, so one request covers them all. */
const settle_ms = 50

/** True if the run won't change until a person acts. */
export function isOver({ status }: Run): boolean {
  return status !== "running"
}

/**
 * Calls `onRun` with the run on every change, and at least every second, until it is over. Events
 * only trigger a request, so a lost event delays an update by a second at most.
 */
export async function follow(
  client: Client,
  runId: string,
  onRun: (run: Run) => void,
  signal: AbortSignal,
): Promise<Run> {
  const ended = new AbortController()
  const stop = AbortSignal.any([signal, ended.signal])
  const bell = createBell()
  const listening = listen(client, runId, bell.ring, stop)
  try {
    for (;;) {
      const run = await client.getRun(runId)
      onRun(run)
      if (isOver(run)) return run
      signal.throwIfAborted()
      await Promise.race([bell.rung(), delay(pollEvery_ms)])
      await delay(settle_ms)
    }
  } finally {
    ended.abort()
    await listening
  }
}

async function listen(
  client: Client,
  runId: string,
  ring: () => void,
  signal: AbortSignal,
): Promise<void> {
  try {
    for await (const _event of client.events({ runId, signal, onOpen: ring })) ring()
  } catch {
    // Without events the run is still polled every second.
  }
}

/** Creates a bell that remembers a ring until somebody waits for it. */
function createBell(): { ring: () => void; rung: () => Promise<void> } {
  let next = Promise.withResolvers<void>()
  return {
    ring: () => next.resolve(),
    rung: async () => {
      await next.promise
      next = Promise.withResolvers<void>()
    },
  }
}
