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

/**
 * Sums the calls, and what was used `before` them, if anything. A figure is null if no call was
 * made, or if one of them doesn't tell.
 */
export function usageOf({ made }: Calls, before?: CallUsage | null): CallUsage {
  const calls = made.flatMap(({ call }) => call ?? [])
  const sum = (name: keyof CallUsage, of: (call: NewCall) => number | null | undefined) =>
    sumOf([...(before ? [before[name]] : []), ...calls.map((call) => of(call) ?? null)])
  return {
    input_tokens: sum("input_tokens", (call) => call.inputTokens),
    output_tokens: sum("output_tokens", (call) => call.outputTokens),
    cached_tokens: sum("cached_tokens", (call) => call.cachedTokens),
    cost_usd: sum("cost_usd", (call) => call.costUsd),
  }
}

function sumOf(figures: (number | null)[]): number | null {
  if (figures.length === 0) return null
  return figures.reduce((sum, it) => (sum === null || it === null ? null : sum + it), 0)
}
