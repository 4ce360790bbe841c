/*
 * Sends all chosen or dropped files in one request, and lists them: first the upload progress, then
 * the status of the document, which refreshes itself (static/live.js). The file input covers the
 * drop zone, so the browser handles dropping. After a refusal, one button sends the same files
 * again, without the refused one.
 */
for (const box of document.querySelectorAll(".upload")) {
  const form = box.querySelector("form")
  const input = form.querySelector("input[type=file]")
  const over = (on) => form.classList.toggle("drop-over", on)
  input.addEventListener("dragenter", () => over(true))
  input.addEventListener("dragleave", () => over(false))
  input.addEventListener("drop", () => over(false))
  input.addEventListener("change", () => input.files.length > 0 && send(box, [...input.files]))
  box.addEventListener("htmx:after:swap", () => showTotals(box))
}

// A file dropped outside the zone would replace the page.
for (const type of ["dragover", "drop"])
  document.addEventListener(type, (event) => {
    if (!event.target.closest?.(".drop")) event.preventDefault()
  })

function send(box, files) {
  const form = box.querySelector("form")
  const [input, bar, again] = ["input", ":scope > progress", ".drop-told button"].map((selector) =>
    box.querySelector(selector),
  )
  const rows = listFiles(box, files)
  const request = new XMLHttpRequest()
  request.open("POST", form.dataset.upload)
  request.setRequestHeader("Accept", "application/json")
  request.responseType = "json"
  request.upload.onprogress = ({ loaded, total }) => {
    bar.setAttribute("value", loaded / total)
    showSent(rows, files, loaded / total)
  }
  request.upload.onload = () => say(box, `${counted(files)} sent, Amelia is reading…`, "active")
  const refuse = (refusal) => showRefusal(box, rows, files, refusal)
  request.onerror = () => refuse({ message: "Amelia did not respond. Is it still running?" })
  request.onload = () => {
    if (request.status >= 400) return refuse(request.response ?? { message: "That didn't work." })
    showDocuments(box, rows, request.response)
    const list = document.querySelector('[data-follow~="documents"]')
    list?.dispatchEvent(new CustomEvent("amelia:changed"))
  }
  request.onloadend = () => {
    bar.hidden = true
    input.disabled = false
  }
  bar.hidden = false
  again.hidden = true
  say(box, `Sending ${counted(files)}…`, "active")
  const body = new FormData()
  for (const file of files) body.append("file", file, file.name)
  input.disabled = true
  // Otherwise choosing the same files again would not be a change.
  input.value = ""
  request.send(body)
}

const counted = (files) => (files.length === 1 ? files[0].name : `${files.length} files`)

function say(box, text, tone, requestId) {
  const note = box.querySelector(".drop-note")
  note.textContent = text
  note.dataset.tone = tone
  if (!requestId) return
  const code = document.createElement("code")
  code.textContent = requestId
  note.append(" ", code)
}

/** Creates a row for each file, in order. */
function listFiles(box, files) {
  const list = box.querySelector(".drop-files")
  const rows = files.map(({ name }) => {
    const row = box.querySelector("template").content.firstElementChild.cloneNode(true)
    row.querySelector(".drop-name").textContent = name
    row.querySelector("progress").setAttribute("aria-label", name)
    return row
  })
  list.replaceChildren(...rows)
  list.hidden = false
  return rows
}

/** Files are sent one after another, so the total progress determines that of each. */
function showSent(rows, files, share) {
  let left = share * files.reduce((sum, { size }) => sum + size, 0)
  for (const [at, { size }] of files.entries()) {
    const sent = size > 0 ? Math.min(1, Math.max(0, left / size)) : 1
    rows[at].querySelector("progress")?.setAttribute("value", sent)
    left -= size
  }
}

/** Shows the status of each file. The response has a document for each, in order. */
function showDocuments(box, rows, documents) {
  for (const [at, { id, status }] of documents.entries()) {
    const link = document.createElement("a")
    link.href = `/documents/${id}`
    link.textContent = rows[at].querySelector(".drop-name").textContent
    rows[at].querySelector(".drop-name").replaceChildren(link)
    rows[at].querySelector("progress").replaceWith(stateOf(box, id, status))
  }
  for (const part of box.querySelectorAll("[data-follow]")) {
    htmx.process(part)
    part.dispatchEvent(new CustomEvent("amelia:changed"))
  }
  showTotals(box)
}

function stateOf(box, id, status) {
  const state = document.createElement("div")
  state.className = "uploaded"
  state.dataset.status = status
  if (status === "indexed") {
    state.append(box.querySelector("template[data-ready]").content.cloneNode(true))
    return state
  }
  state.dataset.follow = `document:${id}`
  state.setAttribute("hx-get", `/documents/${id}/state`)
  state.setAttribute("hx-swap", "outerMorph")
  state.setAttribute("hx-trigger", "amelia:changed")
  return state
}

/** Announces the totals. Screen readers hear it at the start and when all files are read. */
function showTotals(box) {
  const states = [...box.querySelectorAll(".uploaded")].map(({ dataset }) => dataset.status)
  const count = (status) => states.filter((it) => it === status).length
  const [all, reading, failed] = [states.length, count("processing"), count("failed")]
  const files = all === 1 ? "1 file" : `${all} files`
  if (reading > 0) return say(box, `Added ${files}. Amelia is reading…`, "active")
  const end = failed > 0 ? `, ${failed} of them failed.` : "."
  say(box, `Added ${files}${end}`, failed > 0 ? "bad" : "good")
}

function showRefusal(box, rows, files, { message, details, request_id }) {
  const named = files.findIndex(({ name }) => name.normalize() === details?.name)
  for (const [at, row] of rows.entries()) {
    const note = document.createElement("span")
    note.className = at === named ? "row-error" : "muted"
    note.textContent = at === named ? message : "Not added"
    row.querySelector("progress").replaceWith(note)
  }
  rows[named]?.scrollIntoView({ block: "nearest" })
  const others = files.length > 1
  say(box, others ? `${message} Nothing was added.` : message, "bad", request_id)
  const again = box.querySelector(".drop-told button")
  const rest = named >= 0 && others ? files.filter((_, at) => at !== named) : files
  again.textContent = rest === files ? "Try again" : "Add the others"
  again.onclick = () => send(box, rest)
  again.hidden = false
  again.focus()
}

document.addEventListener("change", ({ target }) => {
  if (target.files?.length > 0) target.closest("form[data-send-when-chosen]")?.submit()
})
