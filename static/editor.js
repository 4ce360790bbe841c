/* Numbers the lines of text areas, and protects drafts from refreshes of the page. */
function number(box) {
  const text = box.querySelector("textarea")
  const lines = text.value.split("\n").length
  let gutter = box.querySelector(".gutter")
  if (!gutter) {
    gutter = document.createElement("div")
    gutter.className = "gutter"
    gutter.setAttribute("aria-hidden", "true")
    box.prepend(gutter)
  }
  if (gutter.childElementCount === lines) return
  gutter.replaceChildren(
    ...Array.from({ length: lines }, (_, n) => {
      const line = document.createElement("span")
      line.textContent = String(n + 1)
      return line
    }),
  )
}

const numberAll = () => document.querySelectorAll("[data-numbered]").forEach(number)

document.addEventListener("input", ({ target }) => {
  const box = target.closest("[data-numbered]")
  if (box) number(box)
  // After the first keystroke, refreshes of the page leave the draft alone.
  target.closest("[data-draft]")?.setAttribute("hx-morph-skip", "")
})
document.addEventListener("htmx:after:swap", numberAll)
numberAll()
