/*
 * Sends files as soon as they are chosen or dropped and shows how far it is. The file input covers
 * the whole drop zone, so the browser itself does the dropping.
 */
for (const form of document.querySelectorAll("form[data-upload]")) {
  const input = form.querySelector("input[type=file]")
  const over = (on) => form.classList.toggle("drop-over", on)
  input.addEventListener("dragenter", () => over(true))
  input.addEventListener("dragleave", () => over(false))
  input.addEventListener("drop", () => over(false))
  input.addEventListener("change", () => input.files.length > 0 && send(form, input))
}

function send(form, input) {
  const bar = form.querySelector("progress")
  const say = (text, tone) => {
    const note = form.querySelector(".drop-note")
    note.textContent = text
    note.dataset.tone = tone
  }
  const count = input.files.length === 1 ? input.files[0].name : `${input.files.length} files`
  const request = new XMLHttpRequest()
  request.open("POST", form.dataset.upload)
  request.setRequestHeader("Accept", "application/json")
  request.responseType = "json"
  request.upload.onprogress = ({ loaded, total }) => {
    bar.setAttribute("value", total > 0 ? loaded / total : 0)
  }
  request.onerror = () => say("Amelia did not answer. Is it still running?", "bad")
  request.onload = () => {
    if (request.status >= 400) {
      const why = request.response?.message ?? "That did not work."
      return say(input.files.length > 1 ? `${why} Nothing was added.` : why, "bad")
    }
    say(`Added ${count}.`, "good")
    const list = document.querySelector('[data-follow~="documents"]')
    if (!list || !document.querySelector(".search")) return location.reload()
    list.dispatchEvent(new CustomEvent("amelia:changed"))
  }
  request.onloadend = () => {
    bar.hidden = true
    input.disabled = false
    input.value = ""
  }
  bar.hidden = false
  bar.setAttribute("value", 0)
  say(`Adding ${count}…`, "active")
  const body = new FormData(form)
  input.disabled = true
  request.send(body)
}

document.addEventListener("change", ({ target }) => {
  if (target.files?.length > 0) target.closest("form[data-send-when-chosen]")?.submit()
})
