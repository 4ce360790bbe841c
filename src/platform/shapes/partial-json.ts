/** Deeper values aren't indented further: each level would cost as much as the text is deep. */
const INDENTED_MAX = 12

/**
 * Returns JSON, which may break off anywhere, as an indented outline of its names and values. Returns
 * any other text unchanged.
 */
export function outlineOf(text: string): string {
  const json = /^\s*(?:```(?:json)?\s*)?(?=[{[])/.exec(text)
  if (!json) return text
  const open: string[] = []
  let outline = ""
  // An item's first name stands on the line of its dash.
  let isAfterDash = false
  const begin = (said: string) => {
    const depth = Math.min(Math.max(0, open.length - 1), INDENTED_MAX)
    outline += isAfterDash ? ` ${said}` : `\n${"  ".repeat(depth)}${said}`
    isAfterDash = false
  }
  for (const { kind, value } of tokensOf(text, json[0].length)) {
    if (kind === "close") open.pop()
    else if (kind === "name") begin(`${value.replaceAll("_", " ")}:`)
    else {
      const isItem = open.at(-1) === "["
      if (isItem) begin("-")
      if (kind === "value") outline += ` ${value}`
      else {
        isAfterDash = isItem
        open.push(value)
      }
    }
  }
  return outline.trimStart()
}

type Token = { kind: "open" | "close" | "name" | "value"; value: string }

function* tokensOf(text: string, start: number): Generator<Token> {
  const token = /["{}[\]]|[^\s"{}[\],:]+/g
  const colon = /\s*:/y
  token.lastIndex = start
  for (let found = token.exec(text); found; found = token.exec(text)) {
    const [value] = found
    if (value === '"') {
      const end = endOfString(text, token.lastIndex)
      const string = unescaped(text.slice(token.lastIndex, end))
      token.lastIndex = end + 1
      colon.lastIndex = end + 1
      yield { kind: colon.test(text) ? "name" : "value", value: string }
    } else if (value === "{" || value === "[") yield { kind: "open", value }
    else yield { kind: value === "}" || value === "]" ? "close" : "value", value }
  }
}

/** Returns the index of the quote that ends a string, or of the text's end. */
function endOfString(text: string, start: number): number {
  const next = /["\\]/g
  next.lastIndex = start
  for (let found = next.exec(text); found; found = next.exec(text)) {
    if (found[0] === '"') return found.index
    next.lastIndex += 1
  }
  return text.length
}

function unescaped(string: string): string {
  try {
    return JSON.parse(`"${string}"`)
  } catch {
    // It breaks off inside an escape, or is no JSON.
    return string
  }
}
