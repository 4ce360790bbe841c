import { setTimeout as delay } from "node:timers/promises"
import type { Context, MiddlewareHandler } from "hono"
import { yielder } from "../async/yielder"
import { AppError } from "../errors"

/** Maximum body size of a route without a limit of its own, in bytes. */
export const BODY_BYTES_MAX = 1_000_000
/** If more than this is left of an unread body, the connection is closed instead of drained. */
const REST_BYTES_MAX = 8_000_000
/** Time for the client to read its answer before the connection closes. */
const LAST_WORDS_MS = 500

declare module "hono" {
  interface ContextVariableMap {
    bodyBytesMax?: number
    /** True if the body was read to its end. */
    bodyRead?: boolean
  }
}

/**
 * Sets the maximum body size of each route, by path; `readBody` enforces it. Bun drains the body of
 * a request that was answered early, so the connection is closed if much may be left.
 */
export function limitBodies(limits: Record<string, number>): MiddlewareHandler {
  return async (c, next) => {
    const bytesMax = limits[c.req.path] ?? BODY_BYTES_MAX
    c.set("bodyBytesMax", bytesMax)
    await next()
    const isUnread = c.req.raw.body !== null && !c.var.bodyRead
    const length = Number(c.req.header("content-length") ?? Number.POSITIVE_INFINITY)
    if (isUnread && length > Math.min(2 * bytesMax, REST_BYTES_MAX)) closeAfterAnswer(c)
  }
}

/** Sets the maximum body size of a route whose path has parameters. */
export function allowBodies(bytesMax: number): MiddlewareHandler {
  return (c, next) => {
    c.set("bodyBytesMax", bytesMax)
    return next()
  }
}

/** Waits before closing, because a client that is still sending would never see the answer. */
function closeAfterAnswer(c: Context): void {
  const { signal } = c.req.raw
  const lastWords = new TransformStream<Uint8Array, Uint8Array>({
    flush: () => delay(LAST_WORDS_MS, undefined, { signal }).catch(() => {}),
  })
  const answer = c.res.body ?? new Blob().stream()
  c.res = new Response(answer.pipeThrough(lastWords), c.res)
  c.res.headers.set("Connection", "close")
}

/**
 * Yields the body as it arrives; the client waits meanwhile. A chunk is freed when the next one is
 * requested. Throws FileTooLargeError if the declared length or the bytes read exceed the limit.
 */
export async function* readBody(c: Context): AsyncGenerator<Uint8Array> {
  const bytesMax = c.var.bodyBytesMax ?? BODY_BYTES_MAX
  if (Number(c.req.header("content-length") ?? 0) > bytesMax) throw bodyTooLarge(bytesMax)
  const yieldNow = yielder()
  let size = 0
  // Cancelling the body would read it to its end.
  for await (const chunk of c.req.raw.body?.values({ preventCancel: true }) ?? []) {
    size += chunk.byteLength
    if (size > bytesMax) throw bodyTooLarge(bytesMax)
    yield chunk
    free(chunk)
    await yieldNow()
  }
  c.set("bodyRead", true)
}

/** Frees memory right away. Otherwise tens of megabytes pile up before garbage collection. */
function free({ buffer, byteLength }: Uint8Array<ArrayBuffer>): void {
  // Bun may still write to the rest of a larger buffer.
  if (byteLength === buffer.byteLength) buffer.transfer(0)
}

/** Reads the whole body, for routes with a small limit. */
export async function readBytes(c: Context): Promise<Uint8Array<ArrayBuffer>> {
  return Buffer.concat(await Array.fromAsync(readBody(c), (chunk) => new Uint8Array(chunk)))
}

function bodyTooLarge(bytesMax: number): AppError {
  const sentence = `The request body is larger than ${bytesMax} bytes, the limit of this route.`
  return new AppError("FileTooLargeError", sentence, { max_bytes: bytesMax })
}
