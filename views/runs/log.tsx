import type { LogLine } from "../../src/features/runs/schema"
import type { LogLevel } from "../../src/platform/shapes/run"
import type { Tone } from "../pill"

export type LogProps = {
  id: string
  /** The page that contains it, for refreshing. */
  url: string
  /** The topics that refresh it; see static/live.js. */
  follow: string
  lines: LogLine[]
}

const tones: Record<LogLevel, Tone> = { INFO: "neutral", WARNING: "attention", ERROR: "bad" }

/** The log lines of steps, oldest first. The box stays scrolled to the end. */
export function Log({ id, url, follow, lines }: LogProps): JSX.Element {
  return (
    <div
      id={id}
      class="log"
      role="log"
      aria-label="Log"
      tabindex="0"
      data-follow={follow}
      hx-get={url}
      hx-select={`#${id}`}
      hx-swap="outerMorph"
      hx-trigger="amelia:changed"
    >
      <ol>
        {lines.map(({ id, at, level, message }) => (
          <li id={`said-${id}`} class="tone" data-tone={tones[level]}>
            <time datetime={at} title={`${at.slice(0, 19).replace("T", " ")} UTC`} data-clock safe>
              {at.slice(11, 19)}
            </time>
            {level !== "INFO" && <span class="log-level">{level}</span>}
            <span safe>{message}</span>
          </li>
        ))}
      </ol>
    </div>
  )
}
