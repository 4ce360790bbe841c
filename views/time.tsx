import { formatDuration } from "./format"

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

/** "just now", "5 min ago", "3 h ago", "yesterday", then the date. Matches static/time.js. */
export function agoText(at: string, now: number): string {
  const ms = now - Date.parse(at)
  if (ms < MINUTE_MS) return "just now"
  if (ms < HOUR_MS) return `${Math.floor(ms / MINUTE_MS)} min ago`
  if (ms < DAY_MS) return `${Math.floor(ms / HOUR_MS)} h ago`
  if (ms < 2 * DAY_MS) return "yesterday"
  return at.slice(0, 10)
}

/** A relative time. The exact time is in `title` and `datetime`. */
export function Ago({ at, now = Date.now() }: { at: string; now?: number }): JSX.Element {
  return (
    <time datetime={at} title={`${at.slice(0, 19).replace("T", " ")} UTC`} data-ago safe>
      {agoText(at, now)}
    </time>
  )
}

type Span = { from: string; to: string | null; now?: number }

/** The duration of something. static/time.js keeps counting until it ends. */
export function Elapsed({ from, to, now = Date.now() }: Span): JSX.Element {
  const ms = (to === null ? now : Date.parse(to)) - Date.parse(from)
  return (
    <span class="number" data-since={to === null ? from : undefined} safe>
      {formatDuration(ms)}
    </span>
  )
}

/** A time in the future. static/time.js converts it to the reader's time zone. */
export function Until({ at }: { at: string }): JSX.Element {
  return (
    <time datetime={at} data-local safe>
      {`${at.slice(0, 16).replace("T", " ")} UTC`}
    </time>
  )
}
