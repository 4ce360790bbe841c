import type { MiddlewareHandler } from "hono"
import { AppError } from "../errors"
import type { Readiness } from "./ready"
import { isSafe } from "./security"

/** Refuses changes while the server starts or shuts down. Reading still works. */
export function refuseUnlessReady(readiness: Readiness): MiddlewareHandler {
  return async (c, next) => {
    if (!readiness.ready && !isSafe(c.req.method)) {
      const { reason } = readiness
      const sentence = `Amelia isn't accepting new work: ${reason}. Try again later.`
      throw new AppError("ServiceUnavailableError", sentence, { reason })
    }
    await next()
  }
}
