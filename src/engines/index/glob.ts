/** A regular expression of PostgreSQL for names that fit a glob or, without signs, contain it. */
export function globPattern(glob: string): string {
  const escaped = glob.replace(/[.+^${}()|[\]\\]/g, "\\$&")
  if (!/[*?]/.test(glob)) return escaped
  return `^${escaped.replaceAll("*", ".*").replaceAll("?", ".")}$`
}
