/*
 * A button with data-copy copies the text of the element that its selector matches, what the server
 * answers at its path, or without either the code block that it belongs to.
 */
const SAID_MS = 1500

async function textFor(button) {
  const { copy } = button.dataset
  if (copy === "") return button.closest(".code").querySelector("code").textContent
  if (!copy.startsWith("/")) return document.querySelector(copy).textContent
  const answer = await fetch(copy)
  if (!answer.ok) throw new Error(`It answered ${answer.status}.`)
  return answer.text()
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]")
  if (!button) return
  const word = button.querySelector("span")
  const before = word.textContent
  try {
    await navigator.clipboard.writeText(await textFor(button))
    word.textContent = "Copied"
  } catch {
    word.textContent = "Not allowed"
  }
  setTimeout(() => {
    word.textContent = before === "Copied" ? "Copy" : before
  }, SAID_MS)
})
