/* Shows why an htmx request failed: in its form, or else as a notice. The page stays as it was. */

const SHOWN_MS = 12_000

const refused = (page) => ({ detail: page, bubbles: true, cancelable: true })

function notice(text, detail) {
  const box = document.createElement("p")
  box.className = "notice"
  box.textContent = text
  if (detail) {
    const small = document.createElement("code")
    small.textContent = detail
    box.append(" ", small)
  }
  document.getElementById("notices").append(box)
  setTimeout(() => box.remove(), SHOWN_MS)
}

document.addEventListener("htmx:response:error", (event) => {
  const { ctx } = event.detail
  if (ctx.sourceEvent?.type === "amelia:changed") return
  const page = new DOMParser().parseFromString(ctx.text ?? "", "text/html")
  // The response shows its own message, next to the input.
  if (page.querySelector("[data-told]")) return
  const form = ctx.sourceElement.closest("form")
  // problems.js shows it in the form if it can.
  if (form && !form.dispatchEvent(new CustomEvent("amelia:refused", refused(page)))) return
  const read = (name) => page.querySelector(`[data-error-${name}]`)?.textContent.trim()
  const request = read("request")
  notice(read("message") ?? `That didn't work (${ctx.response.status}).`, request)
})

document.addEventListener("htmx:error", (event) => {
  if (event.detail.ctx?.sourceEvent?.type === "amelia:changed") return
  notice("Amelia did not respond. Is it still running?")
})
