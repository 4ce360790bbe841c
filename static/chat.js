/* Chat: Enter sends, and what was sent leaves the field once its answer begins. */
const composer = document.getElementById("composer")

composer?.addEventListener("keydown", (event) => {
  const isNewLine = event.shiftKey || event.isComposing
  if (event.key !== "Enter" || isNewLine || event.target.tagName !== "TEXTAREA") return
  event.preventDefault()
  composer.requestSubmit()
})

composer?.addEventListener("htmx:sse:after:connection", () => {
  composer.querySelector("textarea").value = ""
})
