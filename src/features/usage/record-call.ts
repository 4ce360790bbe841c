import type { NewCall } from "../../platform/db/schema/calls"
import type { Emit } from "../../platform/events/transact"
import { warningsOf } from "./budget-service"
import type { UsageDeps } from "./deps"
import { insertCall } from "./store"

/** Stores a call and emits the budget warnings that its cost causes. Call it inside a transaction. */
export async function recordCall(
  deps: Pick<UsageDeps, "db" | "config">,
  call: NewCall,
  emit: Emit,
): Promise<void> {
  const warnings = await warningsOf(deps, call.costUsd ?? 0, call.runId ?? undefined)
  await insertCall(deps.db, call)
  warnings.forEach(emit)
}
