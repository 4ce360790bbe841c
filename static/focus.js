/* When the row that had the focus goes, its neighbour gets it, so that the keyboard stays there. */
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
  const place = near || document.getElementById("main")
  place.focus()
}).observe(document.body, { childList: true, subtree: true })
