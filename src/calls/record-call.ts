import { warningsOf } from "../budgets/service"
import type { Deps } from "../deps"
import type { Emit } from "../events/transact"
import { insertCall } from "./store"
import type { NewCall } from "./table"

/** Stores a call; in a transaction, with what its cost makes worth a warning. */
export async function recordCall(
  { db, config }: Pick<Deps, "db" | "config">,
  call: NewCall,
  emit: Emit,
): Promise<void> {
  await insertCall(db, call)
  const { costUsd, runId } = call
  const warnings = await warningsOf({ db, config }, costUsd ?? 0, runId ?? undefined)
  warnings.forEach(emit)
}
