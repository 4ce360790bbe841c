/** The id in the address of a Google document that somebody shares; published ones have another. */
const shared = /^\/document\/(?:u\/\d+\/)?d\/([\w-]{10,})(?:\/|$)/

/** Where the text of a Google document is; its own page has none, only scripts. */
export function exportOf(url: URL): URL | undefined {
  const [, id] = url.hostname === "docs.google.com" ? (shared.exec(url.pathname) ?? []) : []
  return id ? new URL(`/document/d/${id}/export?format=html`, url) : undefined
}

/** Whether an answer came from where people sign in, so that the document is not public. */
export function isSignIn(url: URL): boolean {
  return url.hostname === "accounts.google.com"
}
