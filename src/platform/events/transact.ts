import type { PlatformDeps } from "../deps"
import type { RecordedEvent } from "./event"
import { appendEvents } from "./store"

export type Emit = (event: RecordedEvent) => void

/**
 * Runs `work` in one transaction, with `deps.db` set to it. Emitted events are stored in the same
 * transaction and published after the commit. Nested calls become savepoints.
 */
export async function transact<T, D extends Pick<PlatformDeps, "db" | "events">>(
  deps: D,
  work: (deps: D, emit: Emit) => Promise<T>,
): Promise<T> {
  const result = await deps.db.transaction(async (tx) => {
    const emitted: RecordedEvent[] = []
    const result = await work({ ...deps, db: tx }, (event) => emitted.push(event))
    await appendEvents(tx, emitted, deps.events.channel)
    return result
  })
  deps.events.wake()
  return result
}
