import type { Context, MiddlewareHandler } from "hono"
import { wantsPage } from "./errors"
import { fillForm } from "./fill-form"
import { FORM_PAGE, type FormFields, fieldsOf } from "./form"
import { isHtmx } from "./go-to"
import type { FormProblem } from "./schema"
import { isSafe } from "./security"

declare module "hono" {
  interface ContextVariableMap {
    /** Asks this server for one of its pages. */
    readPage?: (request: Request) => Promise<Response>
  }
}

/** A request for the page of a form that is shown again. */
class FormPageRequest extends Request {
  readonly sent: FormFields

  constructor(url: URL, init: RequestInit, sent: FormFields) {
    super(url, init)
    this.sent = sent
  }
}

/** Lets routes show the page of a form again. */
export function canReadPages(
  read: (request: Request, env: unknown) => Response | Promise<Response>,
): MiddlewareHandler {
  return async (c, next) => {
    c.set("readPage", async (request) => read(request, c.env))
    await next()
  }
}

/** Returns what the form sent if this page is read to show it again. For more than plain fields. */
export function sentBefore(c: Context): FormFields {
  return c.req.raw instanceof FormPageRequest ? c.req.raw.sent : {}
}

/**
 * Returns the page that a form was sent from, with its input and the problems beside the fields.
 * Undefined if a script sent it, which still has both, or if that page isn't known or is gone.
 */
export async function formAgain(c: Context, problems: FormProblem[]): Promise<string | undefined> {
  const { readPage } = c.var
  if (isSafe(c.req.method) || !wantsPage(c) || isHtmx(c) || !readPage) return undefined
  const fields = await fieldsOf(c)
  const page = pageOf(c, fields)
  if (!page) return undefined
  const headers = new Headers({ accept: "text/html", "x-request-id": c.var.requestId })
  for (const name of ["host", "cookie", "authorization"]) {
    const value = c.req.header(name)
    if (value !== undefined) headers.set(name, value)
  }
  const answer = await readPage(new FormPageRequest(page, { headers }, fields))
  const isPage = answer.headers.get("content-type")?.startsWith("text/html")
  if (answer.status !== 200 || !isPage) return undefined
  const shown = { action: c.req.path, page: page.pathname + page.search, fields, problems }
  return fillForm(await answer.text(), shown)
}

/** The page before this request, or the one that it names because it was itself shown again. */
function pageOf(c: Context, fields: FormFields): URL | null {
  const here = new URL(c.req.url)
  const [named] = fields[FORM_PAGE] ?? []
  const before = named ?? c.req.header("referer")
  const page = before === undefined ? null : URL.parse(before, here)
  return page?.host === here.host && page.protocol === here.protocol ? page : null
}
