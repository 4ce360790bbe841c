const LENGTH_MAX = 255

/** Makes a file name safe to store: no path, no control or direction marks, at most 255 long. */
export function safeName(name: string): string {
  const last = name.toWellFormed().normalize("NFC").split(/[/\\]/).at(-1) ?? ""
  const clean = last
    .replace(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069\u200e\u200f\ufeff]/gu, "")
    .trim()
  if (/^\.*$/.test(clean)) return "document"
  if (clean.length <= LENGTH_MAX) return clean
  const extension = /\.[^.]{1,20}$/.exec(clean)?.[0] ?? ""
  const stem = clean.slice(0, LENGTH_MAX - extension.length)
  // The cut may leave half of a surrogate pair.
  return stem.replace(/[\ud800-\udbff]$/, "") + extension
}
