/*
 * Chat: Enter sends, and the field is cleared once the answer begins. While an answer streams into
 * this page, the messages don't refresh: they would get an older state.
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
