import { promisify } from "node:util"
import { gzip } from "node:zlib"
import type { MiddlewareHandler } from "hono"
import { accepts } from "hono/accepts"

const BYTES_MIN = 1000
/** Content types that are produced as a whole, unlike event streams and files of any length. */
const isWhole = /^(text\/(?!event-stream)|application\/json|image\/svg)/
const compressed = promisify(gzip)

/** Compresses whole answers in another thread. Hono's middleware does it on the event loop. */
export const compressAnswers: MiddlewareHandler = async (c, next) => {
  await next()
  const { headers, status } = c.res
  if (!c.res.body || status === 206 || headers.has("Content-Encoding")) return
  if (!isWhole.test(headers.get("Content-Type") ?? "")) return
  c.header("Vary", "Accept-Encoding", { append: true })
  const takes = accepts(c, { header: "Accept-Encoding", supports: ["gzip"], default: "" })
  if (!takes) return
  const body = await c.res.arrayBuffer()
  const isShort = body.byteLength < BYTES_MIN
  c.res = new Response(isShort ? body : await compressed(body), c.res)
  if (isShort) return
  c.res.headers.delete("Content-Length")
  c.res.headers.set("Content-Encoding", "gzip")
}
