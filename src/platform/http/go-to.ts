import type { Context } from "hono"

/** Redirects to a page. htmx gets a header: it would take a redirect for its answer. */
export function goTo(c: Context, path: string): Response {
  return isHtmx(c) ? c.body(null, 204, { "HX-Redirect": path }) : c.redirect(path, 303)
}

/** Answers htmx with a part of a page. Anyone else who opens its address gets the page itself. */
export async function answerPart(
  c: Context,
  page: string,
  part: () => JSX.Element,
): Promise<Response> {
  c.header("Vary", "HX-Request", { append: true })
  return isHtmx(c) ? c.html(await part()) : c.redirect(page, 303)
}

export function isHtmx(c: Context): boolean {
  return c.req.header("hx-request") !== undefined
}
