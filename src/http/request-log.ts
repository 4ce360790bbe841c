import type { Context, MiddlewareHandler } from "hono"
import { getConnInfo } from "hono/bun"
import { requestId } from "hono/request-id"
import type { Logger } from "pino"

/** Gives each request an id that its answer, its errors and its log lines carry. */
export const withRequestId = requestId({ generator: () => Bun.randomUUIDv7() })

/** One line a request, written when its answer starts. */
export function requestLog(log: Logger): MiddlewareHandler {
  return async (c, next) => {
    const started = performance.now()
    await next()
    log.info({
      event: "http.request",
      request_id: c.var.requestId,
      method: c.req.method,
      path: c.req.path,
      client_host: clientHost(c),
      status_code: c.res.status,
      duration_ms: Math.round((performance.now() - started) * 100) / 100,
    })
  }
}

function clientHost(c: Context): string | null {
  // `app.request` in a test has no connection.
  return c.env ? (getConnInfo(c).remote.address ?? null) : null
}
