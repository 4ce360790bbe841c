/*
 * Prompts in a chat's composer: a slash at the begin of a message offers them, and Tab goes from one
 * {{variable}} of the chosen text to the next.
 */
const variable = /\{\{[^{}]+\}\}/g

const isField = (target) => target instanceof Element && target.matches("#composer textarea")
let list = null
let asked = 0

/** The list of prompts above the field, made when it is first needed. */
function listFor(field) {
  if (list?.isConnected) return list
  list = document.createElement("div")
  list.id = "prompt-options"
  list.className = "prompt-options"
  list.setAttribute("role", "listbox")
  list.setAttribute("aria-label", "Prompts")
  list.hidden = true
  field.before(list)
  list.addEventListener("pointerdown", (event) => {
    const option = event.target.closest("[role=option]")
    if (!option) return
    event.preventDefault()
    choose(field, option)
  })
  return list
}

const options = () => (list && !list.hidden ? [...list.querySelectorAll("[role=option]")] : [])
const active = () => options().find((it) => it.getAttribute("aria-selected") === "true")

function activate(field, option) {
  for (const other of options()) other.setAttribute("aria-selected", String(other === option))
  option.scrollIntoView({ block: "nearest" })
  field.setAttribute("aria-activedescendant", option.id)
}

function close(field) {
  asked += 1
  if (list) list.hidden = true
  field.removeAttribute("aria-activedescendant")
}

async function offer(field) {
  const [, query] = /^\/([a-z0-9-]*)$/.exec(field.value) ?? []
  if (query === undefined) return close(field)
  const mine = ++asked
  const headers = { "HX-Request": "true" }
  const answer = await fetch(`/prompts/options?query=${encodeURIComponent(query)}`, { headers })
  // Whoever types on has asked again.
  if (!answer.ok || mine !== asked) return
  const box = listFor(field)
  box.innerHTML = await answer.text()
  if (mine !== asked) return
  box.hidden = box.childElementCount === 0
  const [first] = options()
  if (first) activate(field, first)
}

function choose(field, option) {
  close(field)
  field.focus()
  field.value = option.dataset.body
  field.setSelectionRange(0, 0)
  if (!selectNext(field)) field.setSelectionRange(field.value.length, field.value.length)
  field.dispatchEvent(new Event("input", { bubbles: true }))
}

/** Selects the next variable after the cursor, else the first. Returns false without any. */
function selectNext(field) {
  const found = [...field.value.matchAll(variable)]
  const next = found.find(({ index }) => index >= field.selectionEnd) ?? found[0]
  if (!next) return false
  field.setSelectionRange(next.index, next.index + next[0].length)
  return true
}

function move(field, step) {
  const all = options()
  const at = all.indexOf(active())
  activate(field, all[(at + step + all.length) % all.length])
}

/** Returns true for a key that the list or a variable takes. */
function takes(field, { key, shiftKey }) {
  const chosen = active()
  if (!chosen) return key === "Tab" && !shiftKey && selectNext(field)
  if (key === "ArrowDown") move(field, 1)
  else if (key === "ArrowUp") move(field, -1)
  else if (key === "Enter" || key === "Tab") choose(field, chosen)
  else if (key === "Escape") close(field)
  else return false
  return true
}

document.addEventListener("input", ({ target }) => {
  if (isField(target)) void offer(target)
})
document.addEventListener(
  "keydown",
  (event) => {
    if (!isField(event.target) || event.isComposing || !takes(event.target, event)) return
    event.preventDefault()
    event.stopImmediatePropagation()
  },
  { capture: true },
)
document.addEventListener("focusout", ({ target }) => {
  if (isField(target)) close(target)
})
