/** Control characters, and those that have no width or turn the direction of a text. */
const hidden = /[\p{Cc}\p{Cf}\u2028\u2029]/gu

/** A foreign text with what one can't see written out, such as \u{202E}; line ends stay. */
export function visible(text: string): string {
  return text.replace(hidden, (character) => {
    if (character === "\n" || character === "\t") return character
    const code = character.codePointAt(0) ?? 0
    return `\\u{${code.toString(16).toUpperCase()}}`
  })
}

/** As `visible`, in one line of at most `max` characters. */
export function visibleLine(text: string, max = 80): string {
  const line = visible(text).replace(/\s+/g, " ").trim()
  return line.length > max ? `${line.slice(0, max - 1)}…` : line
}
