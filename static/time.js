/* Keeps times from the server up to date: "5 min ago", and the duration of running steps. */
const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

function ago(at) {
  const ms = Date.now() - Date.parse(at)
  if (ms < MINUTE_MS) return "just now"
  if (ms < HOUR_MS) return `${Math.floor(ms / MINUTE_MS)} min ago`
  if (ms < DAY_MS) return `${Math.floor(ms / HOUR_MS)} h ago`
  if (ms < 2 * DAY_MS) return "yesterday"
  return at.slice(0, 10)
}

function elapsed(from) {
  const seconds = Math.max(0, Math.floor((Date.now() - Date.parse(from)) / 1000))
  const minutes = Math.floor(seconds / 60)
  if (minutes < 1) return `${seconds} s`
  if (minutes < 60) return `${minutes} min ${seconds % 60} s`
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}

function put(element, text) {
  if (element.textContent !== text) element.textContent = text
}

function tick() {
  if (document.hidden) return
  for (const time of document.querySelectorAll("time[data-ago]")) put(time, ago(time.dateTime))
  for (const span of document.querySelectorAll("[data-since]"))
    put(span, elapsed(span.dataset.since))
}

/** Shows exact times in the reader's time zone. */
function localise() {
  for (const time of document.querySelectorAll("time[data-ago]"))
    time.title = new Date(time.dateTime).toLocaleString()
  for (const time of document.querySelectorAll("time[data-local]"))
    put(time, new Date(time.dateTime).toLocaleString())
  for (const time of document.querySelectorAll("time[data-clock]"))
    put(time, new Date(time.dateTime).toLocaleTimeString())
}

setInterval(tick, 1000)
document.addEventListener("htmx:after:swap", () => {
  tick()
  localise()
})
tick()
localise()
