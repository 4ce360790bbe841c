/* Files of a chat: whatever is dropped on the conversation or pasted into its composer is added. */
const form = () => document.getElementById("attach")

function add(files) {
  const input = form()?.querySelector("input[type=file]")
  if (!input || files.length === 0) return false
  const chosen = new DataTransfer()
  for (const file of files) chosen.items.add(file)
  input.files = chosen.files
  input.dispatchEvent(new Event("change", { bubbles: true }))
  return true
}

const hasFiles = ({ dataTransfer }) => dataTransfer?.types.includes("Files")
const over = (on) => document.getElementById("conversation")?.classList.toggle("drop-over", on)

document.addEventListener("dragover", (event) => {
  if (!event.target.closest?.("#conversation") || !hasFiles(event)) return over(false)
  event.preventDefault()
  over(true)
})
document.addEventListener("dragleave", ({ relatedTarget }) => {
  if (!relatedTarget?.closest?.("#conversation")) over(false)
})
document.addEventListener("drop", (event) => {
  over(false)
  if (!event.target.closest?.("#conversation") || !hasFiles(event)) return
  event.preventDefault()
  add([...event.dataTransfer.files])
})
document.addEventListener("paste", (event) => {
  if (!event.target.closest?.("#composer")) return
  if (add([...(event.clipboardData?.files ?? [])])) event.preventDefault()
})
