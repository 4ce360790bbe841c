import type { PlatformDeps } from "../deps"
import type { RecordedEvent } from "./event"
import { appendEvents } from "./store"

export type Emit = (event: RecordedEvent) => void

/**
 * Runs `work` in one transaction, with `deps` whose db is that transaction. Stores the emitted events
 * with it; the tail publishes them after the commit. A nested call is a savepoint. Its wake comes
 * before the commit, but the tail can't read earlier: it waits for the one connection of the embedded
 * engine, and a server notifies it on commit.
 */
export async function transact<T, D extends Pick<PlatformDeps, "db" | "events">>(
  deps: D,
  work: (deps: D, emit: Emit) => Promise<T>,
): Promise<T> {
  const emitted: RecordedEvent[] = []
  const result = await deps.db.transaction(async (tx) => {
    const result = await work({ ...deps, db: tx }, (event) => emitted.push(event))
    // Not awaited, so that it travels with COMMIT, which fails if it fails.
    appendEvents(tx, emitted, deps.events.channel).catch(() => {})
    return result
  })
  if (emitted.length > 0) deps.events.wake()
  return result
}
