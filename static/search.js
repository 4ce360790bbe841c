/* The arrow keys move from the search field through the results and back. */
document.addEventListener("keydown", (event) => {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
  const field = document.querySelector("[data-steps-into]")
  if (!step || !field) return
  const links = document.querySelectorAll(`${field.dataset.stepsInto} .card-link`)
  const places = [field, ...links]
  const next = places[places.indexOf(document.activeElement) + step]
  if (!places.includes(document.activeElement) || !next) return
  event.preventDefault()
  next.focus()
})
