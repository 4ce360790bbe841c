/* A button with data-copy copies the text of the element that its selector matches. */
const SAID_MS = 1500

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]")
  if (!button) return
  const word = button.querySelector("span")
  const before = word.textContent
  try {
    await navigator.clipboard.writeText(document.querySelector(button.dataset.copy).textContent)
    word.textContent = "Copied"
  } catch {
    word.textContent = "Not allowed"
  }
  setTimeout(() => {
    word.textContent = before === "Copied" ? "Copy" : before
  }, SAID_MS)
})
