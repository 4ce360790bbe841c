import { setTimeout as delay } from "node:timers/promises"
import type { Context, MiddlewareHandler } from "hono"
import { breather } from "../async/breathe"
import { AppError } from "../errors"

/** Largest body of a route that has no limit of its own. */
export const BODY_BYTES_MAX = 1_000_000
/** A longer rest of a body that nobody reads is not taken from the client. */
const REST_BYTES_MAX = 8_000_000
/** How long a client may read its answer before it is cut off while it sends. */
const LAST_WORDS_MS = 500

declare module "hono" {
  interface ContextVariableMap {
    bodyBytesMax?: number
    /** Whether the body was read to its end. */
    bodyRead?: boolean
  }
}

/**
 * Sets how many bytes each route takes, by its path; `readBody` enforces it. A request may be
 * answered before its body was read, as every refused one is. Bun then reads the rest and drops it,
 * so if that is long, or of unknown length, the connection is closed instead.
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

/** Not at once: a client that sends into a closed connection never sees the answer. */
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
 * The body as it arrives. The client waits while a chunk is worked on, and others get their turn
 * however fast it sends. A chunk is gone when the next one is asked for. Throws FileTooLargeError
 * before reading if the declared length is over the route's limit, else once the bytes are.
 */
export async function* readBody(c: Context): AsyncGenerator<Uint8Array> {
  const bytesMax = c.var.bodyBytesMax ?? BODY_BYTES_MAX
  if (Number(c.req.header("content-length") ?? 0) > bytesMax) throw bodyTooLarge(bytesMax)
  const breathe = breather()
  let size = 0
  // A cancelled body would be read to its end.
  for await (const chunk of c.req.raw.body?.values({ preventCancel: true }) ?? []) {
    size += chunk.byteLength
    if (size > bytesMax) throw bodyTooLarge(bytesMax)
    yield chunk
    free(chunk)
    await breathe()
  }
  c.set("bodyRead", true)
}

/** Gives memory back at once. Tens of megabytes would pile up before the next garbage collection. */
function free({ buffer, byteLength }: Uint8Array<ArrayBuffer>): void {
  // Bun may still fill the rest of a buffer.
  if (byteLength === buffer.byteLength) buffer.transfer(0)
}

/** The whole body, for routes with a small limit. */
export async function readBytes(c: Context): Promise<Uint8Array<ArrayBuffer>> {
  return Buffer.concat(await Array.fromAsync(readBody(c), (chunk) => new Uint8Array(chunk)))
}

function bodyTooLarge(bytesMax: number): AppError {
  const sentence = `The body of this request may have ${bytesMax} bytes at most.`
  return new AppError("FileTooLargeError", sentence, { max_bytes: bytesMax })
}
