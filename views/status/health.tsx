import type { DefaultModel } from "../../src/features/settings/schema"
import type { Cost } from "../../src/platform/shapes/cost"
import { formatCost, formatUsd, plural } from "../format"
import { type Badge, Pill, StateMark } from "../pill"

export type HealthProps = {
  health: { status: string; checks: Record<string, { status: string; note: string }> }
  /** Costs of the current day in UTC. */
  today: Cost & { budget_usd: number | null }
  documents: number
  model: DefaultModel
}

/**
 * Amelia's own status: its model, today's cost, and its health checks. Refreshes on a warning, and
 * every 30 s while something is wrong, because no event announces the recovery.
 */
export function Health({ health, today, documents, model }: HealthProps): JSX.Element {
  return (
    <aside
      id="home-health"
      class="rail"
      aria-label="Status of Amelia"
      data-follow="system"
      hx-get="/"
      hx-select="#home-health"
      hx-swap="outerMorph"
      hx-trigger={health.status === "healthy" ? "amelia:changed" : "amelia:changed, every 30s"}
    >
      <section class="rail-part tiles" aria-label="Summary">
        <div>
          <p class="muted">Cost today (UTC)</p>
          <p class="tile-value number" safe>
            {formatCost(today)}
          </p>
          {today.budget_usd === null ? null : (
            <p class="muted number" safe>
              {`of ${formatUsd(today.budget_usd)}`}
            </p>
          )}
        </div>
        <div>
          <p class="muted">Documents</p>
          <p class="tile-value number">
            <a href="/documents">{documents}</a>
            <span class="hidden-text" safe>
              {plural(documents, "document")}
            </span>
          </p>
        </div>
        <div class="tile-wide">
          <p class="muted">Model</p>
          <p>
            <code safe>{model.id}</code>
          </p>
          {model.note === null ? null : (
            <p class="muted">
              <span safe>{model.note}</span> <a href="/settings/start">Set up a model</a>
            </p>
          )}
        </div>
      </section>
      <section class="rail-part" aria-labelledby="health-head">
        <div class="panel-head">
          <h2 id="health-head">Health</h2>
          <Pill {...healthBadge(health.status)} />
        </div>
        <ul class="checks">
          {Object.entries(health.checks).map(([name, { status, note }]) => (
            <li>
              <StateMark {...healthBadge(status)} />
              <span safe>{checkName(name)}</span>
              <span class="muted" safe>
                {note}
              </span>
            </li>
          ))}
        </ul>
      </section>
    </aside>
  )
}

function healthBadge(status: string): Badge {
  if (status === "healthy") return { label: "Healthy", tone: "good", icon: "check" }
  if (status === "unhealthy") return { label: "Unhealthy", tone: "bad", icon: "alert" }
  if (status === "missing") return { label: "Missing", tone: "neutral", icon: "dash" }
  const label = status.slice(0, 1).toUpperCase() + status.slice(1)
  return { label, tone: "attention", icon: "alert" }
}

function checkName(name: string): string {
  return name.replaceAll("_", " ")
}
