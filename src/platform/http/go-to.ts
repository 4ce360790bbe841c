import type { Context } from "hono"

/** Leads on to a page; htmx would take a redirect for the answer to its request. */
export function goTo(c: Context, path: string): Response {
  return isHtmx(c) ? c.body(null, 204, { "HX-Redirect": path }) : c.redirect(path, 303)
}

export function isHtmx(c: Context): boolean {
  return c.req.header("hx-request") !== undefined
}
