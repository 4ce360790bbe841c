/* Keeps the scroll position when "Show earlier text" adds text above. */
const tops = new WeakMap()
const top = (element) => element.getBoundingClientRect().top

document.addEventListener("htmx:before:swap", ({ target }) => {
  const shown = target.id === "earlier" && target.nextElementSibling
  if (shown) tops.set(shown.parentElement, { shown, before: top(shown) })
})

document.addEventListener("htmx:after:swap", () => {
  const text = document.querySelector(".document-text")
  const { shown, before } = tops.get(text) ?? {}
  tops.delete(text)
  if (shown) scrollBy({ top: top(shown) - before, behavior: "instant" })
})
