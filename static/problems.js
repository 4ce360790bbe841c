/*
 * Shows beside the fields of a form why its request was refused. The input stays. Without scripts
 * the server does the same (fill-form.ts), with the same marks.
 */
const PLACES = "input:not([type=hidden], [type=checkbox], [type=radio]), textarea, select"

const placesOf = (form) => [...form.querySelectorAll(`${PLACES}, [data-field]`)]
const nameOf = (place) => place.dataset.field ?? place.name

document.addEventListener("amelia:refused", (event) => {
  if (showProblems(event.target, event.detail)) event.preventDefault()
})

/** Shows each problem of an error page in the form. Returns false if the form has no fields. */
function showProblems(form, errorPage) {
  const places = placesOf(form).filter(nameOf)
  if (places.length === 0) return false
  clear(form)
  const problems = [...errorPage.querySelectorAll("[data-problem]")]
  const wrong = problems.map((problem) => {
    const fields = problem.dataset.problem.split(" ")
    const found = fields
      .map((field) => places.find((place) => nameOf(place) === field))
      .find(Boolean)
    return show(form, found ?? (places.length === 1 ? places[0] : null), problem.textContent.trim())
  })
  // Refreshes of the part around it would take the problems away.
  form.setAttribute("hx-morph-skip", "")
  for (const fold of foldsAround(wrong)) fold.open = true
  wrong[0]?.focus()
  return problems.length > 0
}

/** Returns the element that gets the focus. */
function show(form, place, text) {
  const note = document.createElement("p")
  note.className = "problem"
  note.setAttribute("role", "alert")
  note.textContent = text
  if (!place) {
    note.tabIndex = -1
    form.append(note)
    return note
  }
  note.id = `problem-${nameOf(place)}`
  const described = [place.getAttribute("aria-describedby"), note.id].filter(Boolean)
  place.setAttribute("aria-describedby", described.join(" "))
  if (place.dataset.field !== undefined) place.prepend(note)
  else {
    place.setAttribute("aria-invalid", "true")
    place.after(note)
  }
  return place.dataset.field === undefined ? place : place.querySelector("input:not([type=hidden])")
}

const foldsAround = (elements) =>
  elements.flatMap((element) => {
    const folds = []
    for (let at = element; at; at = at.parentElement) if (at.tagName === "DETAILS") folds.push(at)
    return folds
  })

function clear(form) {
  for (const note of form.querySelectorAll(".problem")) clearNote(form, note)
}

function clearNote(form, note) {
  for (const place of placesOf(form)) {
    const described = (place.getAttribute("aria-describedby") ?? "").split(" ")
    if (!note.id || !described.includes(note.id)) continue
    place.removeAttribute("aria-invalid")
    place.setAttribute("aria-describedby", described.filter((id) => id !== note.id).join(" "))
    if (!place.getAttribute("aria-describedby")) place.removeAttribute("aria-describedby")
  }
  note.remove()
}

/** A field that changes is no longer known to be wrong. */
document.addEventListener("input", ({ target }) => {
  const place = target.closest("[data-field]") ?? target
  const note = target.form?.querySelector(`#${CSS.escape(`problem-${nameOf(place)}`)}`)
  if (note) clearNote(target.form, note)
})
document.addEventListener("htmx:before:request", ({ detail: { ctx } }) => {
  const { sourceElement } = ctx
  if (sourceElement.matches("form")) clear(sourceElement)
})
