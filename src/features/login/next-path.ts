const OWN = "http://amelia.invalid"

/**
 * Returns the path to go to after login, or "/" if it leads to another site. Parses it the way
 * browsers do, for which `//host`, `/\host` and a tab within them name another site.
 */
export function nextPath(given: string): string {
  const url = given.startsWith("/") ? URL.parse(given, OWN) : null
  if (url?.origin !== OWN) return "/"
  // Browsers remove dots, which may leave two leading slashes: /.//host.
  return `/${url.pathname.replace(/^\/+/, "")}${url.search}`
}
