import type { NewCall } from "../../platform/db/schema/calls"
import { transact } from "../../platform/events/transact"
import type { ChatUsage } from "../../platform/shapes/message"
import { type BudgetDeps, unreserved } from "../usage/budget-service"
import { recordCall } from "../usage/record-call"
import type { AskedForSession } from "../usage/session-call"

/** The calls of an answer. Each is recorded before the next, except the last. */
export type Calls = { last: AskedForSession | undefined; made: AskedForSession[] }

export const noCalls = (): Calls => ({ last: undefined, made: [] })

/** Records the last call if it isn't recorded yet. */
export async function recordLast(
  deps: BudgetDeps,
  sessionId: string | null,
  calls: Calls,
): Promise<void> {
  const { call, reserved = unreserved } = calls.last ?? {}
  if (call) {
    await reserved.settle(() =>
      transact(deps, (its, emit) => recordCall({ ...deps, ...its }, { ...call, sessionId }, emit)),
    )
  } else reserved.free()
  calls.last = undefined
}

export type CallUsage = Omit<ChatUsage, "trimmed_messages">

/** Sums the calls. A figure is null if no call was made, or if one of them doesn't tell. */
export function usageOf({ made }: Calls): CallUsage {
  const calls = made.flatMap(({ call }) => call ?? [])
  return {
    input_tokens: sumOf(calls, (call) => call.inputTokens),
    output_tokens: sumOf(calls, (call) => call.outputTokens),
    cached_tokens: sumOf(calls, (call) => call.cachedTokens),
    cost_usd: sumOf(calls, (call) => call.costUsd),
  }
}

function sumOf(calls: NewCall[], of: (call: NewCall) => number | null | undefined): number | null {
  if (calls.length === 0) return null
  return calls
    .map((call) => of(call) ?? null)
    .reduce((sum, it) => (sum === null || it === null ? null : sum + it), 0)
}
