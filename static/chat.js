/*
 * Chat: while an answer streams into this page, its parts are replaced by id, and the messages don't
 * refresh, since they could get an older state. Selected text stays selected as the answer grows.
 */
const box = () => document.getElementById("messages")
const latest = () => document.getElementById("latest")
const AWAY_PX = 120

let selected
/** The newest stream and its element. Another one knows less of what the page shows. */
let streaming

/** If the element of an event has left the page, its target is the document. */
const isInMessages = ({ target }) => target !== document && target.closest("#messages") !== null

document.addEventListener("htmx:sse:after:connection", (event) => {
  const { target, detail } = event
  if (isInMessages(event)) streaming = { element: target, connection: detail.connection }
})

document.addEventListener("htmx:sse:before:message", (event) => {
  const isOld = streaming && event.detail.connection !== streaming.connection
  if (isInMessages(event) && isOld) event.preventDefault()
})

document.addEventListener("htmx:sse:before:message", (event) => {
  if (!isInMessages(event)) return
  const { anchorNode, anchorOffset, focusNode, focusOffset, isCollapsed } = getSelection()
  selected = isCollapsed ? undefined : [anchorNode, anchorOffset, focusNode, focusOffset]
})

document.addEventListener("htmx:sse:after:message", () => {
  if (!selected) return
  const [anchor, from, focus, to] = selected
  const isThere = (node, at) => node.isConnected && at <= (node.length ?? node.childNodes.length)
  if (isThere(anchor, from) && isThere(focus, to))
    getSelection().setBaseAndExtent(anchor, from, focus, to)
})

function refuseRefresh(event) {
  const { sourceElement, sourceEvent } = event.detail.ctx
  const isRefresh = sourceEvent?.type === "amelia:changed" && sourceElement.id === "messages"
  if (isRefresh && streaming?.element.isConnected) event.preventDefault()
}

document.addEventListener("htmx:before:request", refuseRefresh)
// It may have been asked for before the stream began.
document.addEventListener("htmx:before:response", refuseRefresh)

/** The box counts from its end: 0 is the end, and further up is negative. */
function showWhetherAway() {
  const button = latest()
  if (button) button.hidden = box().scrollTop > -AWAY_PX
}

document.addEventListener("scroll", ({ target }) => target === box() && showWhetherAway(), true)
document.addEventListener("htmx:after:swap", showWhetherAway)

document.addEventListener("click", ({ target }) => {
  if (!target.closest("#latest")) return
  box().scrollTo({ top: 0 })
  document.getElementById("message").focus()
})
