import type { MiddlewareHandler } from "hono"
import type { RateLimit } from "../config/kinds"
import { AppError } from "../errors"
import { clientAddress } from "./client-address"

/** How many clients are remembered; beyond that the one that asked longest ago is forgotten. */
const CLIENTS_MAX = 10_000
/** What adding up intervals may round; it must not cost a client the last of its count. */
const ROUNDING_MS = 0.001

type Options = {
  /** What is counted, as in "Too many uploads". */
  what: string
  /** What somebody may do who meets the limit, beside waiting. */
  help: string
}

/**
 * Lets each client address make so many requests, whatever becomes of them and however many files
 * they carry. Routes that are to share one limit share the handler. Throws RateLimitError, before
 * the body is read.
 */
export function limitRate(limit: RateLimit, options: Options): MiddlewareHandler {
  const count = countUpTo(limit, options)
  return async (c, next) => {
    count(clientAddress(c) ?? "")
    await next()
  }
}

/** A function that counts what a client does, and throws RateLimitError for what is too much. */
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
 * Counts what clients do: `count` at once, then one more each `windowSeconds / count`. Answers 0
 * and counts, or the whole seconds to wait and counts nothing. This is the generic cell rate
 * algorithm (ITU-T I.371, virtual scheduling), a token bucket that keeps one number a client: when
 * its bucket will be full again. `now` is in milliseconds and never goes back.
 */
export function createRateLimiter(
  { count, windowSeconds }: RateLimit,
  { now = () => performance.now(), clientsMax = CLIENTS_MAX } = {},
): (client: string) => number {
  const window_ms = windowSeconds * 1000
  const interval_ms = window_ms / count
  /** In the order of their last request, so the first is the one to forget. */
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

/** As a setting has it: 5/minute. */
function written({ count, windowSeconds }: RateLimit): string {
  return `${count}/${unitNames[windowSeconds] ?? `${windowSeconds} s`}`
}
