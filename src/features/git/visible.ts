/** Control characters, zero-width characters, and those that change the text direction. */
const hidden = /[\p{Cc}\p{Cf}\u2028\u2029]/gu

/** Escapes invisible characters in a foreign text, as in \u{202E}. Keeps line ends and tabs. */
export function visible(text: string): string {
  return text.replace(hidden, (character) => {
    if (character === "\n" || character === "\t") return character
    const code = character.codePointAt(0) ?? 0
    return `\\u{${code.toString(16).toUpperCase()}}`
  })
}

/** Like `visible`, on one line of at most `max` characters. */
export function visibleLine(text: string, max = 80): string {
  const line = visible(text).replace(/\s+/g, " ").trim()
  return line.length > max ? `${line.slice(0, max - 1)}…` : line
}
