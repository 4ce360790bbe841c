import highlighter from "highlight.js/lib/common"

/**
 * Highlights code as HTML with spans. `language` is a name ("typescript") or a file extension
 * ("ts"). Returns undefined for an unknown language.
 */
export function highlight(code: string, language: string): string | undefined {
  if (!highlighter.getLanguage(language)) return undefined
  return highlighter.highlight(code, { language, ignoreIllegals: true }).value
}
