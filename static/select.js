/*
 * Selected rows of a list: their form's button shows the count, and asks before it acts. The
 * selection survives refreshes of the list.
 */
const ticked = new Set()
const boxes = () => [...document.querySelectorAll('input[name="id"][form="chosen"]')]

function show() {
  const form = document.getElementById("chosen")
  if (!form) return
  const count = boxes().filter((box) => box.checked).length
  const documents = count === 1 ? "1 document" : `${count} documents`
  form.hidden = count === 0
  form.querySelector("button span").textContent = `Delete ${documents}`
  form.dataset.confirm = `Delete ${documents}? Their texts and passages are deleted too.`
  const all = document.querySelector("[data-select-all]")
  if (!all) return
  all.checked = count > 0 && count === boxes().length
  all.indeterminate = count > 0 && !all.checked
}

document.addEventListener("change", ({ target }) => {
  const isAll = target.matches("[data-select-all]")
  if (!isAll && target.getAttribute("form") !== "chosen") return
  for (const box of isAll ? boxes() : [target]) {
    box.checked = target.checked
    if (box.checked) ticked.add(box.value)
    else ticked.delete(box.value)
  }
  show()
})

document.addEventListener("htmx:after:swap", () => {
  for (const box of boxes()) box.checked = ticked.has(box.value)
  show()
})
show()
