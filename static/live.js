/*
 * Keeps the page true. One event stream tells what changed; each part of the page that follows it
 * gets the DOM event "amelia:changed" and fetches itself again (htmx, by id), so that late or lost
 * events do no harm. What a part follows stands in data-follow, separated by spaces:
 *   run:ID  runs  workflow:ID  document:ID  documents  system
 * Progress moves bars directly: data-progress, data-progress-text and data-message hold
 *   run:ID  node:RUN/NODE  document:ID
 */
const COALESCE_MS = 100
const RETRY_MS = 3000

const types = [
  ...["started", "progress", "completed", "failed", "cancelled"].map((name) => `agent.${name}`),
  ...["started", "progress", "waiting", "paused", "resumed"].map((name) => `workflow.${name}`),
  ...["completed", "failed", "cancelled"].map((name) => `workflow.${name}`),
  ...["uploaded", "progress", "indexed", "failed", "deleted"].map((name) => `document.${name}`),
  ...["system.warning", "system.error", "budget.warning", "budget.exceeded"],
]

const waiting = new Map()
let stream = null
let retry = 0

const followers = () => document.querySelectorAll("[data-follow]")

/** Tells a part to fetch itself; many events within the interval make one fetch, after the last. */
function refresh(part) {
  if (waiting.has(part)) return
  const tell = () => {
    waiting.delete(part)
    if (part.isConnected) part.dispatchEvent(new CustomEvent("amelia:changed"))
  }
  waiting.set(part, setTimeout(tell, COALESCE_MS))
}

function topicsOf({ type, data }) {
  const topics = []
  if (data.run_id) topics.push("runs", `run:${data.run_id}`)
  if (data.workflow_id) topics.push(`workflow:${data.workflow_id}`)
  if (data.document_id) topics.push("documents", `document:${data.document_id}`)
  if (type.startsWith("system.")) topics.push("system")
  return topics
}

function hear(message) {
  const event = JSON.parse(message.data)
  if (event.type.endsWith(".progress")) return move(event)
  const topics = new Set(topicsOf(event))
  for (const part of followers())
    if (part.dataset.follow.split(" ").some((topic) => topics.has(topic))) refresh(part)
}

function move({ type, data }) {
  const key = {
    "agent.progress": `node:${data.run_id}/${data.node}`,
    "workflow.progress": `run:${data.run_id}`,
    "document.progress": `document:${data.document_id}`,
  }[type]
  const each = (name, change) =>
    document.querySelectorAll(`[data-${name}="${CSS.escape(key)}"]`).forEach(change)
  each("progress", (bar) => bar.setAttribute("value", data.progress))
  each("progress-text", (text) => put(text, `${Math.round(data.progress * 100)} %`))
  if (data.message) each("message", (text) => put(text, data.message))
}

function put(element, text) {
  if (element.textContent !== text) element.textContent = text
}

function show(state) {
  const sign = document.getElementById("connection")
  if (!sign || sign.dataset.state === state) return
  sign.dataset.state = state
  sign.textContent = { off: "", live: "Live", lost: "Reconnecting…" }[state]
}

function open() {
  clearTimeout(retry)
  if (stream || document.hidden || followers().length === 0) return
  stream = new EventSource("/api/events")
  stream.onopen = () => {
    show("live")
    // Something may have changed since the page was made, or since the last connection broke.
    followers().forEach(refresh)
  }
  stream.onerror = () => {
    show("lost")
    if (stream?.readyState !== EventSource.CLOSED) return
    close()
    retry = setTimeout(open, RETRY_MS)
  }
  for (const type of types) stream.addEventListener(type, hear)
}

function close() {
  stream?.close()
  stream = null
}

/** Browsers allow six connections to a server; a tab that nobody looks at must not hold one. */
function followVisibility() {
  if (document.hidden) {
    close()
    clearTimeout(retry)
  } else open()
}

document.addEventListener("visibilitychange", followVisibility)
document.addEventListener("htmx:after:swap", open)
addEventListener("pagehide", close)
addEventListener("pageshow", open)
open()
