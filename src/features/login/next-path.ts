const OWN = "http://amelia.invalid"

/**
 * A path of this server out of what a link says to go on with, else "/". It is read as browsers
 * read it, for which `//host`, `/\host` and a tab within them name another site.
 */
export function nextPath(given: string): string {
  const url = given.startsWith("/") ? URL.parse(given, OWN) : null
  if (url?.origin !== OWN) return "/"
  // Dots that a browser takes away may leave two slashes at the beginning: /.//host.
  return `/${url.pathname.replace(/^\/+/, "")}${url.search}`
}
