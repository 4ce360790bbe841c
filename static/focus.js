/* When the focused row is removed, its neighbour gets the focus, so that the keyboard stays there. */
let left

document.addEventListener("focusin", ({ target }) => {
  const row = target.closest("tr[id]")
  const near = row?.nextElementSibling ?? row?.previousElementSibling
  left = row && { target, near: near?.id }
})

new MutationObserver(() => {
  if (!left || left.target.isConnected) return
  const near = left.near && document.getElementById(left.near)?.querySelector("a")
  left = undefined
  if (document.activeElement !== document.body) return
  const next = near || document.getElementById("main")
  next.focus()
}).observe(document.body, { childList: true, subtree: true })
