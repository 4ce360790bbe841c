import type { Context } from "hono"

/** Redirects to a page. htmx gets a header: it would take a redirect for its answer. */
export function goTo(c: Context, path: string): Response {
  return isHtmx(c) ? c.body(null, 204, { "HX-Redirect": path }) : c.redirect(path, 303)
}

export function isHtmx(c: Context): boolean {
  return c.req.header("hx-request") !== undefined
}
