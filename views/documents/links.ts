/**
 * Resolves a link in a document. A relative link leads to the document with that path, relative to
 * this document's name. Any other link stays unchanged.
 */
export function linkIn(name: string, href: string): string {
  const isElsewhere = /^(?:[a-z][a-z\d+.-]*:|\/|\\|#|\?)/i.test(href)
  if (isElsewhere || !URL.canParse(href, root)) return href
  const folder = name.split("/").slice(0, -1).map(encodeURIComponent).join("/")
  const { pathname } = new URL(href, `${root}${folder && `${folder}/`}`)
  return `/documents/named?${new URLSearchParams({ name: decoded(pathname.slice(1)) })}`
}

const root = "http://documents/"

function decoded(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}
