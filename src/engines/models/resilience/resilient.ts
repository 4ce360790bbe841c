import { setTimeout as sleep } from "node:timers/promises"
import { createSlots, type Slots } from "../../../platform/async/slots"
import { AppError } from "../../../platform/errors"
import { CHECK_TIMEOUT_MS } from "../catalog"
import { causeOf, type FailureDetails, llmError, speaksOfService } from "../failure"
import type { Answered, CallOptions, Checked, ModelAnswer, ModelRequest, Provider } from "../model"
import { isRefusal } from "../refusals"
import { type Breaker, createBreaker } from "./breaker"
import { type Fault, openConnection } from "./connection"
import { type Limits, type Service, standardLimits } from "./service"

/** Longer pauses are left to the caller, who can park the run and tell the user. */
const PAUSE_MAX_S = 60

/** Called when a breaker opens, with a sentence for people and the seconds it stays open. */
export type OnOpen = (provider: string, sentence: string, retry_after: number) => void

/** Makes a service resilient: limits concurrency, detects stalls, retries, and breaks when down. */
export function resilient(service: Service, given: Partial<Limits>, onOpen: OnOpen): Provider {
  const limits = { ...standardLimits, ...service.limits, ...given }
  const { attempt: _attempt, check: _check, limits: _, ...described } = service
  const breaker = createBreaker(limits.breaker, () => {
    const seconds = limits.breaker.open_ms / 1000
    const sentence = `${service.title} keeps failing: no calls for ${seconds} s.`
    onOpen(service.name, sentence, seconds)
  })
  const line: Line = { service, limits, breaker, slots: createSlots(limits.concurrency) }
  return {
    ...described,
    breaker,
    answer: (request, options) => answer(line, request, options),
    check: () => check(line),
  }
}

type Line = {
  service: Service
  limits: Limits
  breaker: Breaker
  slots: Slots
  /** The sentence of the last failure that counted against the service. */
  lastFailure?: string
}

/** Asks until a complete answer arrives. Doesn't retry once text has reached the caller. */
async function answer(
  line: Line,
  request: ModelRequest,
  { signal, onDelta }: CallOptions,
): Promise<ModelAnswer> {
  const { retries_max, backoff_ms } = line.limits
  let started = false
  const options = {
    signal,
    onDelta: (text: string) => {
      started = true
      onDelta(text)
    },
  }
  for (let retries = 0; ; retries++) {
    try {
      return { ...(await attempt(line, request, options)), retries }
    } catch (error) {
      signal.throwIfAborted()
      if (!(error instanceof AppError) || error.name !== "LLMAPIError") throw error
      const { retryable, retry_after_s: asked_s } = error.details
      const backoff_s = (backoff_ms / 1000) * 2 ** retries * (0.5 + Math.random() / 2)
      const pause_s = typeof asked_s === "number" ? asked_s : backoff_s
      const again = retryable && !started && retries < retries_max && pause_s <= PAUSE_MAX_S
      if (!again || line.breaker.status().state === "open") {
        throw new AppError(error.name, error.message, { ...error.details, retries })
      }
      await sleep(pause_s * 1000, undefined, { signal }).catch(() => {})
      signal.throwIfAborted()
    }
  }
}

async function attempt(line: Line, request: ModelRequest, options: CallOptions): Promise<Answered> {
  const { service, limits, breaker, slots } = line
  const { signal } = options
  signal.throwIfAborted()
  if (breaker.status().state === "open") throw unavailable(line)
  const giveBack = await slots.take(signal)
  const connection = openConnection(limits, signal)
  try {
    const settle = breaker.enter()
    if (!settle) throw unavailable(line)
    try {
      const { idle_timeout_ms } = limits
      const { fetch } = connection
      const answered = await service.attempt(request, { ...options, fetch, idle_timeout_ms })
      settle("success")
      return answered
    } catch (thrown) {
      const error = failureOf(thrown, line, request.model, connection.fault())
      const counts = !signal.aborted && speaksOfService(error)
      if (counts) line.lastFailure = error.message
      settle(counts ? "failure" : "nothing")
      throw error
    }
  } finally {
    connection.close()
    giveBack()
  }
}

async function check(line: Line): Promise<Checked> {
  const limits = { ...line.limits, header_timeout_ms: CHECK_TIMEOUT_MS }
  const connection = openConnection(limits, new AbortController().signal)
  try {
    return { ok: true, refused: false, ...(await line.service.check(connection.fetch)) }
  } catch (thrown) {
    const error = failureOf(thrown, line, "", connection.fault())
    return { ok: false, refused: isRefusal(error), sentence: error.message, models: [] }
  } finally {
    connection.close()
  }
}

function unavailable({ service, breaker, lastFailure = "" }: Line): AppError {
  const retry_after = breaker.retryAfterS()
  const sentence = `${service.title} failed too often: the next try is in ${retry_after} s.`
  const details = { provider: service.name, retry_after, last_failure: lastFailure }
  return new AppError("ServiceUnavailableError", `${sentence} ${lastFailure}`.trim(), details)
}

/** Turns anything thrown into an LLMAPIError. A connection fault explains the client's error. */
function failureOf(
  thrown: unknown,
  { service, limits }: Line,
  model: string,
  fault: Fault | undefined,
): AppError {
  const details = { provider: service.name, model, status: null, retryable: true }
  if (fault) return faultError(fault, service, limits, details)
  if (thrown instanceof AppError) return thrown
  const sentence = `${service.title}'s answer broke off before it was complete.`
  return llmError(sentence, { ...details, cause: causeOf(thrown) })
}

function faultError(
  fault: Fault,
  { title, address_setting }: Service,
  limits: Limits,
  details: FailureDetails,
): AppError {
  const idle_s = Math.round(limits.idle_timeout_ms / 1000)
  const sentences: Record<Fault["kind"], string> = {
    unreachable: `${title} can't be reached: check the network and ${address_setting}.`,
    late: `${title} did not start to answer in time.`,
    silent: `${title}'s stream stalled: nothing arrived for ${idle_s} s.`,
    page: `A web page answered instead of ${title}: check ${address_setting}.`,
    endless: `${title}'s answer was cut off because it was far too long.`,
  }
  return llmError(sentences[fault.kind], {
    ...details,
    retryable: fault.kind !== "endless",
    ...(fault.kind === "unreachable" && { cause: fault.cause }),
    ...(fault.kind === "silent" && { stalled: true }),
  })
}
