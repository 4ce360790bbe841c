import type { Health } from "../../src/features/status/schema"
import type { Badge } from "../pill"

/** One part that Amelia depends on: its state, what that means, and what to do next. */
export type CheckLine = {
  name: string
  badge: Badge
  note: string
  next?: { text: string; href?: string }
}

type Checks = Health["checks"]

const good = (label: string): Badge => ({ label, tone: "good", icon: "check" })
const limited = (label: string): Badge => ({ label, tone: "attention", icon: "alert" })
const broken = (label: string): Badge => ({ label, tone: "bad", icon: "alert" })
const absent = (label: string): Badge => ({ label, tone: "neutral", icon: "dash" })

const restart = { text: "Restart Amelia. If that doesn't help, run amelia doctor." }

export function checkLines(checks: Checks): CheckLine[] {
  return [
    database(checks.database),
    events(checks.event_bus),
    disk(checks.disk_space),
    pgvector(checks.pgvector),
    model("Search by meaning", checks.embeddings),
    model("Ordering of results", checks.reranking),
    ...Object.entries(checks.providers).map(provider),
  ]
}

function database({ status, response_time_ms, description }: Checks["database"]): CheckLine {
  const name = "Database"
  if (status === "unhealthy") {
    const note = `${description} doesn't answer, so nothing can be read or stored.`
    return { name, badge: broken("No answer"), note, next: restart }
  }
  const [first, rest] = [description.slice(0, 1).toUpperCase(), description.slice(1)]
  const note = `${first}${rest}, answers in ${Math.ceil(response_time_ms)} ms`
  return { name, badge: good("Works"), note }
}

function events({ status, queue_size }: Checks["event_bus"]): CheckLine {
  const name = "Events"
  if (status === "unhealthy") {
    const note = "Pages no longer update themselves."
    return { name, badge: broken("Stopped"), note, next: restart }
  }
  const note = queue_size === 0 ? "None are waiting" : `${queue_size} are waiting to be delivered`
  return { name, badge: good("Works"), note }
}

function disk({ status, free_gb, total_gb, free_percent }: Checks["disk_space"]): CheckLine {
  const name = "Disk"
  const next = { text: "Delete documents that you don't need", href: "/documents" }
  if (free_gb === null) {
    const note = "The disk of Amelia's home can't be read."
    return { name, badge: limited("Unknown"), note, next: restart }
  }
  const note = `${free_gb} of ${total_gb} GB free (${free_percent} %)`
  if (status === "healthy") return { name, badge: good("Works"), note }
  return { name, badge: limited(status === "warning" ? "Filling up" : "Nearly full"), note, next }
}

function pgvector({ installed }: Checks["pgvector"]): CheckLine {
  const name = "Vectors in the database"
  if (installed) return { name, badge: good("Works"), note: "pgvector is installed" }
  const note = "pgvector is not installed in this database, so search works by words only."
  const next = { text: "How to set it up", href: "/docs/setup" }
  return { name, badge: limited("Missing"), note, next }
}

/** A model that helps search, which also works without it. */
function model(name: string, { state, note }: Checks["embeddings"] | Checks["reranking"]) {
  return { name, note, ...modelState(state) }
}

function modelState(state: Checks["embeddings"]["state"]): Pick<CheckLine, "badge" | "next"> {
  switch (state) {
    case "off":
      return { badge: absent("Off") }
    case "waiting":
    case "fetching":
    case "filling":
      return { badge: { label: "Getting ready", tone: "active", icon: "spinner" } }
    case "failed":
      return { badge: limited("Failed"), next: { text: "Settings of models", href: "/settings" } }
    case "ready":
      return { badge: good("Works") }
  }
}

function provider([name, { status, note }]: [string, Checks["providers"][string]]): CheckLine {
  const line = { name: `Provider ${name}`, note }
  const next = { text: "Get started", href: "/settings/start" }
  switch (status) {
    case "healthy":
      return { ...line, badge: good("Ready") }
    case "missing":
      return { ...line, badge: absent("Not set up") }
    case "refused":
      return { ...line, badge: limited("Refused"), next }
    case "degraded":
      return { ...line, badge: limited("Paused"), next }
  }
}
