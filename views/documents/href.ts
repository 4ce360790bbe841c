/** Returns the link to the list of documents with a filter. */
export function listHref(query: Record<string, string | undefined>): string {
  return withQuery("/documents", query)
}

/** Appends the parameters that have a value to a path. */
export function withQuery(
  path: string,
  query: Record<string, string | number | null | undefined>,
): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== null)
  const search = new URLSearchParams(given.map(([name, value]) => [name, String(value)]))
  return given.length === 0 ? path : `${path}?${search}`
}
