/* A graph that is larger than its box scrolls to the selected or running step. */
for (const box of document.querySelectorAll(".graph")) {
  const node = box.querySelector("[aria-current], [data-tone=active]")
  if (!node || box.scrollWidth <= box.clientWidth) continue
  const [inner, outer] = [node.getBoundingClientRect(), box.getBoundingClientRect()]
  box.scrollLeft += inner.left + inner.width / 2 - outer.left - outer.width / 2
  box.scrollTop += inner.top + inner.height / 2 - outer.top - outer.height / 2
}
