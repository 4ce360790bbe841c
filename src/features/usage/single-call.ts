import type { ModelAnswer, ModelRequest } from "../../engines/models/model"
import type { ResolvedModel } from "../../engines/models/registry"
import type { NewCall } from "../../platform/db/schema/calls"
import { AppError } from "../../platform/errors"
import { type BudgetDeps, checkBudget } from "./budget-service"
import { body, failureOf, hashOf, measured } from "./measures"
import { insertCall } from "./store"

type SingleAnswer = {
  answer: ModelAnswer
  durationMs: number
  firstTokenMs: number | null
}

/** Records the call without its bodies. Throws LLMAPIError if the answer takes too long. */
export async function askOnce(
  deps: BudgetDeps,
  { provider, model }: ResolvedModel,
  request: ModelRequest,
  timeout_ms: number,
): Promise<SingleAnswer> {
  const signal = AbortSignal.timeout(timeout_ms)
  const of = { provider: provider.name, model }
  const reserved = await checkBudget(deps, { ...of, request }, signal)
  const started = performance.now()
  const record = async (more: Partial<NewCall>) => {
    const durationMs = performance.now() - started
    const requestHash = hashOf(body(request))
    const call = { kind: "model", ...of, requestHash, ...more, durationMs } as const
    await reserved.settle(() => insertCall(deps.db, call))
    return durationMs
  }
  try {
    const options = { signal, onDelta: () => {} }
    const { response, measures } = await measured(deps.priceBook.prices(), of, options, (watched) =>
      provider.answer(request, watched),
    )
    const durationMs = await record(measures ?? {})
    return { answer: response, durationMs, firstTokenMs: measures?.firstTokenMs ?? null }
  } catch (thrown) {
    const error = signal.aborted ? tooLate(provider.name, model, timeout_ms) : thrown
    // Any other error, such as an open breaker, means that no request was made.
    if (error instanceof AppError && error.name === "LLMAPIError") {
      const { response: _, ...failure } = failureOf(error)
      await record(failure)
    }
    throw error
  } finally {
    reserved.free()
  }
}

function tooLate(provider: string, model: string, timeout_ms: number): AppError {
  const sentence = `No complete answer arrived within ${timeout_ms / 1000} s.`
  return new AppError("LLMAPIError", sentence, { provider, model, status: null, retryable: true })
}
