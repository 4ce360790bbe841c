/** The list of documents with what of it is asked for. */
export function listHref(query: Record<string, string | undefined>): string {
  return withQuery("/documents", query)
}

/** A path with those parameters that have a value. */
export function withQuery(
  path: string,
  query: Record<string, string | number | null | undefined>,
): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== null)
  const search = new URLSearchParams(given.map(([name, value]) => [name, String(value)]))
  return given.length === 0 ? path : `${path}?${search}`
}
