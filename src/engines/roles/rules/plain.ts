const htmlTag =
  /<\/?(?:a|b|i|u|p|br|hr|h[1-6]|em|strong|code|pre|span|div|img|sub|sup|kbd|samp|table|thead|tbody|tr|td|th|ul|ol|li|dl|dt|dd|picture|source|details|summary|center|blockquote|svg|path|video)\b[^>]*>/gi

/** Strips Markdown to one line of plain text: no marks, link targets, images or tags. Keeps code. */
export function plain(markdown: string): string {
  const unlinked = markdown.replace(/(?<!!)\[((?:[^[\]`]|`[^`]*`)+)\]\([^()\s]*\)/g, "$1")
  const parts = unlinked.split(/(`[^`]*`)/)
  const text = parts.map((part) => (part.startsWith("`") ? part : withoutMarks(part))).join("")
  return text
    .replace(/\s+/g, " ")
    .replace(/ ([,.;:!?])(?=\s|$)/g, "$1")
    .trim()
}

function withoutMarks(text: string): string {
  return text
    .replace(/<!--[\s\S]*?(?:-->|$)/g, "")
    .replace(/!\[[^\]]*\](?:\([^)]*\)|\[[^\]]*\])?/g, "")
    .replace(/\[([^\]]*)\](?:\([^)]*\)|\[[^\]]*\])/g, "$1")
    .replace(htmlTag, "")
    .replace(/^\s*>+\s?/gm, "")
    .replace(/\*\*|__/g, "")
    .replace(/(^|[\s(])[*_](\S[^*_\n]*?)[*_](?=[\s).,;:!?]|$)/g, "$1$2")
    .replace(/&nbsp;/g, " ")
    .replace(/&amp;/g, "&")
    .replace(/&lt;/g, "<")
    .replace(/&gt;/g, ">")
    .replace(/\\([\\`*_{}[\]()#+\-.!|])/g, "$1")
}

export function codeSpans(markdown: string): string[] {
  return [...markdown.matchAll(/`([^`\n]+)`/g)].flatMap(([, code]) => (code ? [code.trim()] : []))
}
