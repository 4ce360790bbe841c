/** Matches the id in the URL of a shared Google document. Published ones have another form. */
const shared = /^\/document\/(?:u\/\d+\/)?d\/([\w-]{10,})(?:\/|$)/

/** Returns the URL of a Google document's text. Its page contains only scripts. */
export function exportOf(url: URL): URL | undefined {
  const [, id] = url.hostname === "docs.google.com" ? (shared.exec(url.pathname) ?? []) : []
  return id ? new URL(`/document/d/${id}/export?format=html`, url) : undefined
}

/** True for Google's sign-in page, which means that the document isn't public. */
export function isSignIn(url: URL): boolean {
  return url.hostname === "accounts.google.com"
}
