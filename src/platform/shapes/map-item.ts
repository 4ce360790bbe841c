/** A one-line title that tells an item from the others. */
export function titleOf(item: unknown): string {
  const { title, name, id } = Object(item) as Record<string, unknown>
  const found = [title, name, id].find((value) => typeof value === "string")
  const text = found ?? (typeof item === "string" ? item : JSON.stringify(item))
  const line = String(text).replace(/\s+/g, " ").trim()
  return line.length > 80 ? `${line.slice(0, 79)}…` : line
}
