/*
 * The document picker (views/documents/picker.tsx): counts what is chosen, and lets the arrow keys
 * move from the filter through the documents. Filtering itself is htmx.
 */
const ticksOf = (picker) => {
  const { field } = picker.querySelector("[data-field]").dataset
  return [...picker.querySelectorAll(`input[name="${field}"]`)]
}

function count(picker) {
  const scope = picker.querySelector("[name=pick_scope]:checked")
  const total = Number(picker.dataset.total)
  const chosen = ticksOf(picker).filter((tick) => tick.checked).length
  const all = total === 1 ? "1 document" : `${total.toLocaleString("en")} documents`
  const some = chosen === 0 ? "No document chosen" : `${chosen.toLocaleString("en")} of ${all}`
  const summary = picker.querySelector("[data-pick-summary]")
  const whole = total === 1 ? "The only document" : `All ${all}`
  summary.textContent = scope?.value === "some" ? some : whole
}

document.addEventListener("change", ({ target }) => {
  const picker = target.closest(".picker")
  if (picker) count(picker)
})

document.addEventListener("htmx:after:swap", () => {
  document.querySelectorAll(".picker").forEach(count)
})

document.addEventListener("keydown", (event) => {
  const picker = event.target.closest?.(".picker")
  if (!picker) return
  const filter = picker.querySelector("[name=pick_find]")
  // Enter would send the form around it.
  if (event.key === "Enter" && event.target === filter) event.preventDefault()
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
  const places = [filter, ...ticksOf(picker)]
  const next = places[places.indexOf(event.target) + step]
  if (!step || !places.includes(event.target) || !next) return
  event.preventDefault()
  next.focus()
})
