/*
 * What was chosen or written before the scripts listened is said again. The timer runs after that
 * by which htmx begins, since it is set later.
 */
function isChosen({ options, selectedIndex }) {
  const given = [...options].findIndex((option) => option.defaultSelected)
  return selectedIndex !== Math.max(given, 0)
}

function sayAgain(fields, name, isNews) {
  for (const field of document.querySelectorAll(fields))
    if (isNews(field)) field.dispatchEvent(new Event(name, { bubbles: true }))
}

setTimeout(() => {
  sayAgain("select", "change", isChosen)
  sayAgain("input, textarea", "input", ({ value, defaultValue }) => value !== defaultValue)
})
