const LENGTH_MAX = 255

/**
 * The name to store an upload under: the last part of a path, without control characters and
 * signs that turn the direction of writing, at most 255 long with its extension kept.
 */
export function safeName(name: string): string {
  const last = name.toWellFormed().normalize("NFC").split(/[/\\]/).at(-1) ?? ""
  const clean = last
    .replace(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069\u200e\u200f\ufeff]/gu, "")
    .trim()
  if (/^\.*$/.test(clean)) return "document"
  if (clean.length <= LENGTH_MAX) return clean
  const extension = /\.[^.]{1,20}$/.exec(clean)?.[0] ?? ""
  const stem = clean.slice(0, LENGTH_MAX - extension.length)
  // Half of a pair may stand at the cut, and becomes nothing.
  return stem.replace(/[\ud800-\udbff]$/, "") + extension
}
