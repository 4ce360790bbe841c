/*
 * Keeps the page up to date. One event stream says what changed; each part of the page that follows
 * it gets the DOM event "amelia:changed" and refreshes itself (htmx, by id), so that late or lost
 * events do no harm. data-follow lists the topics that a part follows, separated by spaces:
 *   run:ID  runs  workflow:ID  agent:ID  agents  document:ID  documents  folders  system
 *   session:ID  sessions
 *   log:ID  (of a run or an agent), which also changes with each new message of an agent
 *   text:RUN/NODE  what the model of a step is writing
 * Progress moves bars directly: data-progress, data-progress-text and data-message hold
 *   run:ID  node:RUN/NODE  document:ID  folder:ID
 */
const COALESCE_MS = 100
const RETRY_MS = 3000

const types = [
  ...["started", "progress", "stream", "completed", "failed"].map((name) => `agent.${name}`),
  ...["started", "progress", "waiting", "paused", "resumed"].map((name) => `workflow.${name}`),
  ...["completed", "failed", "cancelled"].map((name) => `workflow.${name}`),
  "agent.cancelled",
  ...["uploaded", "progress", "indexed", "failed", "deleted"].map((name) => `document.${name}`),
  ...[
    "chat.message",
    "chat.changed",
    "system.warning",
    "system.error",
    "budget.warning",
    "budget.exceeded",
  ],
]

const waiting = new Map()
/** The last message of each node. */
const messages = new Map()
let stream = null
let retry = 0

const followers = () => document.querySelectorAll("[data-follow]")

/** Tells a part to refresh itself. Coalesces the events within the interval into one request. */
function refresh(part) {
  if (waiting.has(part)) return
  const send = () => {
    waiting.delete(part)
    if (part.isConnected) part.dispatchEvent(new CustomEvent("amelia:changed"))
  }
  waiting.set(part, setTimeout(send, COALESCE_MS))
}

function topicsOf({ type, data }) {
  const topics = []
  if (data.run_id) topics.push("runs", `run:${data.run_id}`)
  if (data.workflow_id) topics.push(`workflow:${data.workflow_id}`)
  if (data.agent_id) topics.push("agents", `agent:${data.agent_id}`)
  if (data.session_id) topics.push("sessions", `session:${data.session_id}`)
  topics.push(...logsOf(data))
  if (data.document_id) topics.push("documents", `document:${data.document_id}`)
  if (/^(system|budget)\./.test(type)) topics.push("system")
  return topics
}

const logsOf = (data) => [data.run_id, data.agent_id].filter(Boolean).map((id) => `log:${id}`)

function notify(topics) {
  const changed = new Set(topics)
  for (const part of followers())
    if (part.dataset.follow.split(" ").some((topic) => changed.has(topic))) refresh(part)
}

function receive(message) {
  const event = JSON.parse(message.data)
  if (event.type === "agent.stream") {
    return notify([`text:${event.data.run_id}/${event.data.node}`])
  }
  if (!event.type.endsWith(".progress")) return notify(topicsOf(event))
  const { type, data } = event
  const node = `node:${data.run_id}/${data.node}`
  if (type === "document.progress" && data.folder_id) return moveFolder(data)
  if (type === "document.progress") move(`document:${data.document_id}`, data)
  if (type === "workflow.progress") move(`run:${data.run_id}`, data)
  if (type !== "agent.progress") return
  move(node, data)
  // An agent without a workflow is its whole run.
  if (!data.workflow_id) move(`run:${data.run_id}`, data)
  if (messages.get(node) !== data.message) notify(logsOf(data))
  messages.set(node, data.message)
}

/** Refreshes folders when a sync starts or ends: no other event announces that. */
function moveFolder(data) {
  const key = `folder:${data.folder_id}`
  const isShown = document.querySelector(`[data-progress="${CSS.escape(key)}"]`)
  if (!isShown || data.progress === 1) notify(["folders"])
  move(key, data)
}

function move(key, data) {
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
    // Something may have changed since the page was rendered or the last connection broke.
    followers().forEach(refresh)
  }
  stream.onerror = () => {
    show("lost")
    if (stream?.readyState !== EventSource.CLOSED) return
    close()
    retry = setTimeout(open, RETRY_MS)
  }
  for (const type of types) stream.addEventListener(type, receive)
}

function close() {
  stream?.close()
  stream = null
}

/** Browsers allow six connections per server, so a hidden tab must not hold one. */
function followVisibility() {
  if (document.hidden) {
    close()
    clearTimeout(retry)
  } else open()
}

document.addEventListener("visibilitychange", followVisibility)
document.addEventListener("htmx:before:request", ({ detail: { ctx } }) => {
  // The part may show something else by the time a queued request is sent.
  const address = ctx.sourceElement.getAttribute("hx-get")
  if (ctx.sourceEvent?.type === "amelia:changed" && address) ctx.request.action = address
})
document.addEventListener("htmx:after:swap", ({ detail }) => {
  open()
  const { sourceEvent, sourceElement } = detail.ctx ?? {}
  const isLive = sourceEvent?.type === "amelia:changed" || sourceElement?.matches("[data-stream]")
  // A click's response may be older than an event that the replaced part has already seen.
  if (!isLive) followers().forEach(refresh)
})
addEventListener("pagehide", close)
addEventListener("pageshow", open)
open()
