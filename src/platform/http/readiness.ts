import type { MiddlewareHandler } from "hono"
import { AppError } from "../errors"
import type { Readiness } from "./ready"
import { isSafe } from "./security"

/** Takes no new work while the server starts or ends; what is there can still be read. */
export function refuseUnlessReady(readiness: Readiness): MiddlewareHandler {
  return async (c, next) => {
    if (!readiness.ready && !isSafe(c.req.method)) {
      const { reason } = readiness
      throw new AppError("ServiceUnavailableError", `Amelia takes no new work: ${reason}.`, {
        reason,
      })
    }
    await next()
  }
}
