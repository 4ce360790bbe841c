/*
 * Chat: Enter sends, and what was sent leaves the field once its answer begins. While that streams
 * into this page, the messages don't fetch themselves: what they got would be older.
 */
const composer = document.getElementById("composer")
let streams = false

composer?.addEventListener("keydown", (event) => {
  const isNewLine = event.shiftKey || event.isComposing
  if (event.key !== "Enter" || isNewLine || event.target.tagName !== "TEXTAREA") return
  event.preventDefault()
  composer.requestSubmit()
})

composer?.addEventListener("htmx:sse:after:connection", () => {
  streams = true
  composer.querySelector("textarea").value = ""
})

composer?.addEventListener("htmx:sse:close", () => {
  streams = false
})

document.addEventListener("htmx:before:request", (event) => {
  if (streams && event.detail.ctx.sourceElement.id === "messages") event.preventDefault()
})
