/*
 * On wide screens, a cited passage opens beside the chat, in its document. On narrow ones, and
 * without scripts, its link opens the document's page.
 */
const wide = matchMedia("(width >= 75rem)")
const panel = document.getElementById("passage-panel")
const text = document.getElementById("passage-text")
let opener

async function open(link) {
  const url = new URL(link.href)
  opener = link
  document.getElementById("passage-name").textContent = nameOf(link)
  document.getElementById("passage-open").href = link.href
  text.replaceChildren()
  panel.hidden = false
  const part = `${url.pathname}/text${url.search}&view=source`
  await globalThis.htmx.ajax("GET", part, { target: text, swap: "innerHTML" })
  // notice.js has said why there is no text.
  if (!text.firstChild) return close()
  text.querySelector("#passage")?.scrollIntoView({ block: "center" })
  document.getElementById("passage-name").focus({ preventScroll: true })
}

const nameOf = (link) => (link.title || link.textContent).split(" › ")[0]

function close() {
  panel.hidden = true
  text.replaceChildren()
  if (opener?.isConnected) opener.focus()
}

document.addEventListener("click", (event) => {
  const isPlain = !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey)
  const link = event.target.closest("#messages :is(.citation, .sources a)")
  if (!panel || !link || !isPlain || !wide.matches) return
  event.preventDefault()
  open(link)
})

// Before the composer's Esc, which stops the answer.
document.addEventListener(
  "keydown",
  (event) => {
    if (event.key !== "Escape" || !panel || panel.hidden) return
    event.preventDefault()
    close()
  },
  true,
)

document.getElementById("passage-close")?.addEventListener("click", close)
