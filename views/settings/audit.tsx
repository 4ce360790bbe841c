import type { AuditEntry } from "../../src/features/audit/schema"
import { describeWay } from "../../src/platform/shapes/actor"
import { Ago } from "../time"

/** Recent changes of budgets, settings, agents and trust, and decisions at gates, by whom. */
export function Audit({ entries }: { entries: AuditEntry[] }): JSX.Element {
  return (
    <section class="panel" aria-labelledby="audit-head">
      <h2 id="audit-head">Recent decisions</h2>
      {entries.length === 0 ? (
        <p class="muted">No decisions or changes yet.</p>
      ) : (
        <dl class="settings">
          {entries.map((entry) => (
            <Entry entry={entry} />
          ))}
        </dl>
      )}
    </section>
  )
}

function Entry({ entry }: { entry: AuditEntry }): JSX.Element {
  return (
    <div>
      <dt>
        <Subject {...entry} />
      </dt>
      <dd class="setting-value">
        <Ago at={entry.created_at} />
      </dd>
      <dd class="muted" safe>
        {describeWay(entry)}
      </dd>
    </div>
  )
}

function Subject({ action, subject_id: id, details }: AuditEntry): JSX.Element {
  const name = String(details.name ?? "an agent")
  switch (action) {
    case "decide_gate":
      return (
        <a href={`/runs/${id}`} safe>{`${decided[String(details.decision)]} ${details.node}`}</a>
      )
    case "raise_budget":
      return <a href={`/runs/${id}`} safe>{`Set a run's budget to $${details.budget_usd}`}</a>
    case "change_settings":
      return <span safe>{Object.entries(details).map(settingText).join("; ")}</span>
    case "set_up_provider":
      return (
        <span safe>{`Set up ${details.provider}: ${[details.settings].flat().join(", ")}`}</span>
      )
    case "create_agent":
      return <a href={`/agents/${id}`} safe>{`Created the agent ${name}`}</a>
    case "change_agent":
      return <a href={`/agents/${id}`} safe>{`Changed the agent ${name}`}</a>
    case "trust_repository":
      return <a href="/git" safe>{`Trusted the settings of ${details.repo}`}</a>
  }
}

function settingText([name, value]: [string, unknown]): string {
  const setting = name.toUpperCase()
  return value === null ? `Reset ${setting}` : `Set ${setting} to ${value}`
}

const decided: Record<string, string> = {
  approve: "Approved",
  edit: "Edited",
  request_changes: "Requested changes to",
  reject: "Rejected",
}
