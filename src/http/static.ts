import type { Context } from "hono"
import { staticFile } from "../embedded"
import { AppError } from "../errors"

/** The files of /static, out of the program itself. Browsers ask each time whether they are new. */
export function serveStatic(c: Context): Response {
  const file = staticFile(c.req.param("name") ?? "")
  if (!file) throw new AppError("NotFoundError", "There is no such file.", { path: c.req.path })
  return new Response(file, {
    headers: { "Content-Type": file.type, "Cache-Control": "no-cache" },
  })
}
