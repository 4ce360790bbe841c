import type { MiddlewareHandler } from "hono"
import { requestId } from "hono/request-id"
import type { Logger } from "pino"
import { clientAddress } from "./client-address"

/** Gives each request an id, which its answer, errors and log lines carry. */
export const withRequestId = requestId({ generator: () => Bun.randomUUIDv7() })

export function requestLog(log: Logger): MiddlewareHandler {
  return async (c, next) => {
    const started = performance.now()
    await next()
    log.info({
      module: "http",
      event: "http.request",
      request_id: c.var.requestId,
      method: c.req.method,
      path: c.req.path,
      client_host: clientAddress(c),
      status_code: c.res.status,
      duration_ms: Math.round((performance.now() - started) * 100) / 100,
    })
  }
}
