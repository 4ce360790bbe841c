import { gzipSync } from "node:zlib"
import type { Handler } from "hono"
import { accepts } from "hono/accepts"
import { staticFile } from "../../embedded"
import { AppError } from "../errors"

type Loaded = { etag: string; plain: Uint8Array<ArrayBuffer>; gzipped: Uint8Array<ArrayBuffer> }

/** Serves /static from the program itself. Browsers revalidate on every use. */
export function staticFiles(): Handler {
  const known = new Map<string, Promise<Loaded>>()
  return async (c) => {
    const name = c.req.param("name") ?? ""
    const file = staticFile(name)
    if (!file) throw new AppError("NotFoundError", "This file doesn't exist.", { path: c.req.path })
    const key = `${name} ${file.lastModified}`
    const loaded = known.get(key) ?? load(file)
    known.set(key, loaded)
    const { etag, plain, gzipped } = await loaded
    const headers = { ETag: etag, "Cache-Control": "no-cache", Vary: "Accept-Encoding" }
    if (c.req.header("If-None-Match") === etag) return new Response(null, { status: 304, headers })
    const takes = accepts(c, { header: "Accept-Encoding", supports: ["gzip"], default: "" })
    return new Response(takes ? gzipped : plain, {
      headers: {
        ...{ ...headers, "Content-Type": file.type },
        ...(takes && { "Content-Encoding": "gzip" }),
      },
    })
  }
}

/** The ETag is weak, because the bytes depend on the accepted encoding. */
async function load(file: Bun.BunFile): Promise<Loaded> {
  const plain = await file.bytes()
  return { etag: `W/"${Bun.hash(plain).toString(36)}"`, plain, gzipped: gzipSync(plain) }
}
