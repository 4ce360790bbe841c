import { escapeHtml } from "@kitajs/html"
import type { Health } from "../../src/features/status/schema"
import type { Frame } from "../../src/platform/http/schema"
import { formatDuration } from "../format"
import { Layout } from "../layout"
import { type Badge, Pill } from "../pill"
import { Ago } from "../time"
import { type CheckLine, checkLines } from "./checks"

export type HealthPageProps = Frame & {
  health: Health
  uptime_ms: number
  /** Why no new work is taken, if so. */
  closed: string | undefined
  /** The address for programs. */
  url: string
}

/** What Amelia depends on, how each part does, and what to do. Refreshes itself until all is well. */
export function HealthPage(props: HealthPageProps): JSX.Element {
  const { health, uptime_ms, closed, url, ...frame } = props
  const lines = checkLines(health.checks)
  const isSettled = lines.every(({ badge: { tone } }) => tone === "good" || tone === "neutral")
  return (
    <Layout title="Health" {...frame}>
      <div
        id="health"
        class="health"
        data-told
        data-follow="system"
        hx-get="/health"
        hx-select="#health"
        hx-swap="outerMorph"
        hx-trigger={isSettled ? "amelia:changed" : "amelia:changed, every 10s"}
        {...{ "hx-status:503": "swap:outerMorph" }}
      >
        <header class="page-head">
          <div class="run-title">
            <h1>Health</h1>
            <Pill {...overall(health, lines)} />
          </div>
          <ul class="facts-line">
            <li>
              Checked <Ago at={health.timestamp} />
            </li>
            <li safe>{`Running for ${formatDuration(uptime_ms)}`}</li>
            <li>{escapeHtml(closed ? `Takes no new work: ${closed}` : "Takes new work")}</li>
          </ul>
        </header>
        <ul class="panel health-checks" aria-label="Checks">
          {lines.map((line) => (
            <Check {...line} />
          ))}
        </ul>
      </div>
      <p class="muted">
        For programs: <code safe>{`curl ${url}`}</code> answers the same as JSON.
      </p>
    </Layout>
  )
}

function Check({ name, badge, note, next }: CheckLine): JSX.Element {
  return (
    <li class="health-check">
      <span class="health-name" safe>
        {name}
      </span>
      <Pill {...badge} />
      <div class="health-note">
        <p class="muted" safe>
          {note}
        </p>
        {next?.href ? (
          <a href={next.href} safe>
            {next.text}
          </a>
        ) : next ? (
          <p safe>{next.text}</p>
        ) : null}
      </div>
    </li>
  )
}

/** Never better than the worst line below it. */
function overall({ status }: Health, lines: CheckLine[]): Badge {
  if (status === "unhealthy") return { label: "Unhealthy", tone: "bad", icon: "alert" }
  const isLimited = status === "degraded" || lines.some(({ badge }) => badge.tone === "attention")
  return isLimited
    ? { label: "Limited", tone: "attention", icon: "alert" }
    : { label: "Healthy", tone: "good", icon: "check" }
}
