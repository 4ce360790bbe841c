import highlighter from "highlight.js/lib/common"

/**
 * Code as HTML with spans for its parts; undefined for a language that is not known, which is
 * named by itself ("typescript") or by the extension of its files ("ts").
 */
export function highlight(code: string, language: string): string | undefined {
  if (!highlighter.getLanguage(language)) return undefined
  return highlighter.highlight(code, { language, ignoreIllegals: true }).value
}
