/*
 * Asks in a dialog before an action that can't be undone: for htmx's hx-confirm and for plain forms
 * with data-confirm. Without scripts, such a form is sent at once.
 */
const VERB_MAX = 20

function ask(question, verb) {
  const dialog = document.createElement("dialog")
  dialog.className = "ask"
  dialog.setAttribute("aria-labelledby", "ask-question")
  dialog.innerHTML =
    '<form method="dialog"><p id="ask-question"></p><div><button class="button" value="no" ' +
    'autofocus>Go back</button><button class="button danger" value="yes"></button></div></form>'
  dialog.querySelector("p").textContent = question
  dialog.querySelector(".danger").textContent = verb
  document.body.append(dialog)
  dialog.showModal()
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove()
      resolve(dialog.returnValue === "yes")
    })
  })
}

/** The button names the action: "Cancel this run", or just "Delete" if that is too long. */
function verbOf(question) {
  const [action] = question.split("?")
  return action.length <= VERB_MAX ? action : action.split(" ")[0]
}

document.addEventListener("htmx:confirm", async (event) => {
  const { ctx, issueRequest, dropRequest } = event.detail
  if (!ctx.confirm) return
  event.preventDefault()
  if (await ask(ctx.confirm, verbOf(ctx.confirm))) issueRequest()
  else dropRequest()
})

document.addEventListener("submit", async (event) => {
  const question = event.target.dataset.confirm
  if (!question) return
  event.preventDefault()
  if (await ask(question, verbOf(question))) event.target.submit()
})
