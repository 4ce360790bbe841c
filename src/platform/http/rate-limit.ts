import type { MiddlewareHandler } from "hono"
import type { RateLimit } from "../config/kinds"
import { AppError } from "../errors"
import { clientAddress } from "./client-address"

/** Clients remembered. Beyond that, the one that has been idle longest is forgotten. */
const CLIENTS_MAX = 10_000
/** Tolerance for rounding errors, so that they never cost a client its last request. */
const ROUNDING_MS = 0.001

type Options = {
  /** The counted things, as in "Too many uploads". */
  what: string
  /** What a client can do besides waiting. */
  help: string
}

/**
 * Limits the requests of each client address, whatever their outcome. Routes that share a limit
 * share the handler. Throws RateLimitError before the body is read.
 */
export function limitRate(limit: RateLimit, options: Options): MiddlewareHandler {
  const count = countUpTo(limit, options)
  return async (c, next) => {
    count(clientAddress(c) ?? "")
    await next()
  }
}

/** Returns a function that counts a request and throws RateLimitError beyond the limit. */
export function countUpTo(limit: RateLimit, { what, help }: Options): (client: string) => void {
  const take = createRateLimiter(limit)
  return (client) => {
    const retry_after = take(client)
    if (retry_after === 0) return
    const allowed = written(limit)
    const sentence = `Too many ${what}: the limit is ${allowed}. Try again in ${retry_after} s.`
    const details = { limit: allowed, retry_after, provider: null, help }
    throw new AppError("RateLimitError", sentence, details)
  }
}

/**
 * Counts requests: `count` at once, then one more every `windowSeconds / count`. Returns 0 if the
 * request is allowed and counted, otherwise the seconds to wait. Implements the generic cell rate
 * algorithm (ITU-T I.371, virtual scheduling): a token bucket that stores one number per client,
 * the time when its bucket is full again. `now` is in milliseconds and never goes back.
 */
export function createRateLimiter(
  { count, windowSeconds }: RateLimit,
  { now = () => performance.now(), clientsMax = CLIENTS_MAX } = {},
): (client: string) => number {
  const window_ms = windowSeconds * 1000
  const interval_ms = window_ms / count
  /** Ordered by last request, so the first is the one to forget. */
  const full_at = new Map<string, number>()
  return (client) => {
    const at = now()
    const next = Math.max(full_at.get(client) ?? at, at) + interval_ms
    const wait_ms = next - at - window_ms - ROUNDING_MS
    if (wait_ms > 0) return Math.ceil(wait_ms / 1000)
    full_at.delete(client)
    full_at.set(client, next)
    const [oldest] = full_at.keys()
    if (full_at.size > clientsMax && oldest !== undefined) full_at.delete(oldest)
    return 0
  }
}

const unitNames: Record<number, string> = { 1: "second", 60: "minute", 3600: "hour", 86400: "day" }

/** As written in a setting: 5/minute. */
function written({ count, windowSeconds }: RateLimit): string {
  return `${count}/${unitNames[windowSeconds] ?? `${windowSeconds} s`}`
}
