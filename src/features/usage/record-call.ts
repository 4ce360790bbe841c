import type { NewCall } from "../../platform/db/schema/calls"
import type { RecordedEvent } from "../../platform/events/event"
import type { Emit } from "../../platform/events/transact"
import { warningsOf } from "./budget-service"
import type { UsageDeps } from "./deps"
import { insertCall } from "./store"

/** Stores a call and emits the budget warnings it triggers. Needs a transaction. */
export async function recordCall(
  deps: Pick<UsageDeps, "db" | "config">,
  call: NewCall,
  emit: Emit,
): Promise<void> {
  const { costUsd, runId } = call
  const warnings = await warningsOf(deps, costUsd ?? 0, runId ?? undefined)
  await insertCall(deps.db, call)
  warnings.forEach(emit)
}

/**
 * Runs a write that stores a call and the budget warnings it triggers. If the call has a cost, the
 * write runs in a transaction that locks the day's spending.
 */
export async function withWarnings<T, D extends Pick<UsageDeps, "db" | "config" | "events">>(
  deps: D,
  { costUsd, runId }: NewCall,
  write: (deps: D, warnings: RecordedEvent[]) => Promise<T>,
): Promise<T> {
  if (!costUsd) return write(deps, [])
  const written = await deps.db.transaction(async (tx) => {
    const within = { ...deps, db: tx }
    return write(within, await warningsOf(within, costUsd, runId ?? undefined))
  })
  deps.events.wake()
  return written
}
