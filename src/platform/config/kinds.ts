import { isAbsolute } from "node:path"
import { z } from "zod"

/** Kinds of setting values. Each message completes "NAME must be …" with the accepted range. */
type Parsed<T> = T | undefined

/** `parse` returns undefined for invalid text. */
export function kind<T>(accepted: string, parse: (text: string) => Parsed<T>) {
  return z.string().transform((text, context): T => {
    const value = parse(text)
    if (value !== undefined) return value
    context.addIssue({ code: "custom", message: accepted })
    return z.NEVER
  })
}

function parsedNumber(text: string, min: number, max: number): Parsed<number> {
  if (!/^[+-]?(\d+\.?\d*|\.\d+)$/.test(text)) return undefined
  const value = Number(text)
  return value >= min && value <= max ? value : undefined
}

function range(min: number, max: number): string {
  return max === Number.MAX_SAFE_INTEGER ? `${min} or more` : `from ${min} to ${max}`
}

export function whole(min: number, max: number = Number.MAX_SAFE_INTEGER) {
  return kind(`a whole number, ${range(min, max)}`, (text) => {
    const value = /^\d+$/.test(text) ? parsedNumber(text, min, max) : undefined
    return Number.isSafeInteger(value) ? value : undefined
  })
}

export function decimal(min: number, max: number = Number.MAX_SAFE_INTEGER) {
  return kind(`a number, ${range(min, max)}`, (text) => parsedNumber(text, min, max))
}

/** `30` or `30 days`. */
export function days(min: number, max: number) {
  return kind(`a whole number of days, ${range(min, max)}`, (text) => {
    const count = text.replace(/\s*days?$/i, "")
    return /^\d+$/.test(count) ? parsedNumber(count, min, max) : undefined
  })
}

export const flag = kind("true or false", (text) => {
  if (/^(true|1|yes|on)$/i.test(text)) return true
  return /^(false|0|no|off)$/i.test(text) ? false : undefined
})

/** One of these words, in any case. */
export function oneOf<const T extends string>(words: readonly T[]) {
  const accepted = `one of ${words.join(", ")}`
  return kind(accepted, (text) => words.find((word) => word.toLowerCase() === text.toLowerCase()))
}

export const words = kind("text", (text) => text)

export const path = kind("an absolute path", (text) => (isAbsolute(text) ? text : undefined))

export const httpUrl = kind(
  "an http:// or https:// URL without a user name or password",
  (text): Parsed<string> => {
    const url = URL.parse(text)
    if (!url || !/^https?:$/.test(url.protocol) || url.username || url.password) return undefined
    return text.replace(/\/+$/, "")
  },
)

export const postgresUrl = kind("a postgres:// or postgresql:// URL", (text) =>
  /^postgres(ql)?:\/\/./.test(text) && URL.canParse(text) ? text : undefined,
)

export function startingWith(prefix: string) {
  return kind(`a key that starts with ${prefix}`, (text) =>
    text.startsWith(prefix) && /^\S+$/.test(text) ? text : undefined,
  )
}

/** Keys and tokens go into an HTTP header: ASCII without white space. */
export const credential = kind("ASCII characters without spaces", (text) =>
  /^[\x21-\x7e]+$/.test(text) ? text : undefined,
)

/** Host names separated by commas. Converted to lower case. */
export const hosts = kind("host names, separated by commas", (text) => {
  const names = text.split(",").map((name) => name.trim().toLowerCase())
  const wanted = names.filter((name) => name !== "")
  return wanted.every((name) => /^[a-z0-9._\-[\]:]+$/.test(name)) ? wanted : undefined
})

function parts(text: string): string[] {
  return text.split(",").flatMap((part) => part.trim() || [])
}

export const paths = kind("absolute paths, separated by commas", (text) =>
  parts(text).every(isAbsolute) ? parts(text) : undefined,
)

/** Converted to lower case. */
export const pairs = kind("host:port pairs, separated by commas", (text) => {
  const found = parts(text.toLowerCase())
  const isPair = (part: string) => /^([a-z0-9._-]+|\[[0-9a-f:.]+\]):\d{1,5}$/.test(part)
  return found.every(isPair) ? found : undefined
})

const unitSeconds = { second: 1, minute: 60, hour: 3600, day: 86_400 }
export type RateLimit = { count: number; windowSeconds: number }

export const rateLimit = kind(
  "a count per second, minute, hour or day, such as 5/minute",
  (text): Parsed<RateLimit> => {
    const match = /^([1-9]\d{0,8})\s*\/\s*(second|minute|hour|day)$/i.exec(text)
    if (!match) return undefined
    const unit = match[2]?.toLowerCase() as keyof typeof unitSeconds
    return { count: Number(match[1]), windowSeconds: unitSeconds[unit] }
  },
)
