/*
 * Repeats the events of input from before the scripts were loaded. The timer fires after the one
 * that starts htmx, because it is set later.
 */
function isChosen({ options, selectedIndex }) {
  const given = [...options].findIndex((option) => option.defaultSelected)
  return selectedIndex !== Math.max(given, 0)
}

function repeatEvent(fields, name, isChanged) {
  for (const field of document.querySelectorAll(fields))
    if (isChanged(field)) field.dispatchEvent(new Event(name, { bubbles: true }))
}

setTimeout(() => {
  repeatEvent("select", "change", isChosen)
  repeatEvent("input, textarea", "input", ({ value, defaultValue }) => value !== defaultValue)
})
