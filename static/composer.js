/*
 * The chat's composer: Enter sends, a draft is kept for each chat, and keys: c begins a chat,
 * / searches, Esc stops the answer, and the up arrow in an empty composer edits the last question.
 */
const composer = () => document.getElementById("composer")
const field = () => document.getElementById("message")
const isBusy = () => document.querySelector("#messages [data-generating]") !== null
const draftKey = () => `draft:${composer().elements.session_id.value || "new"}`

let sent

function keepDraft() {
  if (field().value) localStorage.setItem(draftKey(), field().value)
  else localStorage.removeItem(draftKey())
}

function restoreDraft() {
  if (field() && !field().value) field().value = localStorage.getItem(draftKey()) ?? ""
}

document.addEventListener("input", ({ target }) => target === field() && keepDraft())

document.addEventListener("htmx:before:request", ({ detail: { ctx } }) => {
  if (ctx.sourceElement === composer()) sent = { text: field().value, draft: draftKey() }
})

document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
  if (!sent || ctx?.sourceElement?.id !== "composer") return
  const { text, draft } = sent
  sent = undefined
  // A refused message stays.
  if (ctx.response.status >= 400) return
  localStorage.removeItem(draft)
  // What was written meanwhile stays, too.
  if (field().value === text) field().value = ""
  document.getElementById("messages").scrollTop = 0
})

document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return
  const form = event.target.closest?.("#composer, .edit form")
  if (!form || event.target.tagName !== "TEXTAREA") return
  event.preventDefault()
  if (!isBusy()) form.requestSubmit()
})

function editLast() {
  const edit = [...document.querySelectorAll("#messages .edit")].at(-1)
  if (!edit) return
  edit.open = true
  const text = edit.querySelector("textarea")
  text.focus()
  text.setSelectionRange(text.value.length, text.value.length)
}

const isTyping = ({ target }) => target.matches?.("input, textarea, select, [contenteditable]")
const isOpen = () => document.querySelector("dialog[open], :popover-open") !== null

/** What a key does here, or undefined. */
function actionOf(event) {
  const { key, target } = event
  if (key === "ArrowUp" && target === field() && field().value === "") return editLast
  if (isTyping(event) || isOpen()) return undefined
  if (key === "c") return () => document.getElementById("new-chat").click()
  if (key === "/") return findChat
  return undefined
}

function findChat() {
  const find = document.getElementById("find-chat")
  if (!find.checkVisibility()) document.getElementById("sessions").showPopover()
  find.focus()
}

/** Esc closes what is open before it stops an answer. */
function stopAnswer(event) {
  if (event.defaultPrevented || isOpen() || !isBusy()) return
  document.querySelector("#composer .stop")?.click()
}

document.addEventListener("keydown", (event) => {
  if (!composer() || event.ctrlKey || event.metaKey || event.altKey) return
  if (event.key === "Escape") return stopAnswer(event)
  const action = actionOf(event)
  if (!action) return
  event.preventDefault()
  action()
})

if (composer()) {
  restoreDraft()
  addEventListener("pageshow", restoreDraft)
}
