import type { CallOptions, ModelAnswer, ModelRequest } from "../../engines/models/model"
import { costOf } from "../../engines/models/prices"
import type { ResolvedModel } from "../../engines/models/registry"
import type { Config } from "../../platform/config/config"
import type { NewCall } from "../../platform/db/schema/calls"
import { AppError } from "../../platform/errors"
import type { Reserved } from "./budget-reservations"
import { type BudgetDeps, checkBudget } from "./budget-service"
import { failureOf, hashOf, measured, spentBefore } from "./measures"

/** An answer or an error, and the call to record, if one was made. */
export type AskedForSession = {
  answer?: ModelAnswer
  error?: unknown
  call?: NewCall
  /** Records the call. Until then the budget counts the most it may cost. */
  reserved?: Reserved
}

/**
 * Asks a model for a chat; the caller records the call together with its result. The session's
 * messages already contain the bodies, so they aren't stored again. Never rejects.
 */
export async function askForSession(
  deps: BudgetDeps,
  { sessionId, settings }: { sessionId: string | null; settings: Config },
  { provider, model }: ResolvedModel,
  request: ModelRequest,
  options: CallOptions,
): Promise<AskedForSession> {
  const { system, messages } = request
  const requestHash = hashOf({ system, messages })
  const described = { kind: "model", provider: provider.name, model, requestHash } as const
  const started = performance.now()
  const row = () => ({ ...described, sessionId, durationMs: performance.now() - started })
  const of = { provider: provider.name, model }
  let reserved: Reserved | undefined
  try {
    reserved = await checkBudget(deps, { ...of, request, settings }, options.signal)
    const { response, measures } = await measured(deps.priceBook.prices(), of, options, (watched) =>
      provider.answer(request, watched),
    )
    return { answer: response, call: { ...row(), ...measures }, reserved }
  } catch (error) {
    if (!reserved) return { error }
    if (options.signal.aborted) {
      // A stopped call may still be charged, by an amount that no provider reports.
      const costUsd = costOf(deps.priceBook.prices(), provider.name, model, null)
      return { error, call: { ...row(), costUsd, error: "It was stopped." }, reserved }
    }
    const wasMade = error instanceof AppError && error.name === "LLMAPIError"
    if (!wasMade) return { error, reserved }
    const { response: _, ...failure } = failureOf(error)
    const spent = spentBefore(deps.priceBook.prices(), of, error)
    return { error, call: { ...row(), ...spent, ...failure }, reserved }
  }
}
