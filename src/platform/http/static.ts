import { gzipSync } from "node:zlib"
import type { Handler } from "hono"
import { accepts } from "hono/accepts"
import { staticPath } from "../../embedded"
import { AppError } from "../errors"
import type { Bundler } from "./assets"

type Loaded = { etag: string; plain: Uint8Array<ArrayBuffer>; gzipped: Uint8Array<ArrayBuffer> }
type File = {
  key: string
  type: string
  isForever: boolean
  bytes(): Promise<Uint8Array<ArrayBuffer>>
}

/**
 * Serves /static from the program itself. Browsers keep what is named after its content, and
 * revalidate the rest on every use.
 */
export function staticFiles(bundler: Bundler): Handler {
  const known = new Map<string, Promise<Loaded>>()
  return async (c) => {
    const file = find(bundler, c.req.param("name") ?? "")
    if (!file) throw new AppError("NotFoundError", "This file doesn't exist.", { path: c.req.path })
    const { key, type, isForever } = file
    const loaded = known.get(key) ?? load(file)
    known.set(key, loaded)
    const { etag, plain, gzipped } = await loaded
    const caching = isForever ? "public, max-age=31536000, immutable" : "no-cache"
    const headers = { ETag: etag, "Cache-Control": caching, Vary: "Accept-Encoding" }
    if (c.req.header("If-None-Match") === etag) return new Response(null, { status: 304, headers })
    const takes = accepts(c, { header: "Accept-Encoding", supports: ["gzip"], default: "" })
    return new Response(takes ? gzipped : plain, {
      headers: { ...headers, "Content-Type": type, ...(takes && { "Content-Encoding": "gzip" }) },
    })
  }
}

function find(bundler: Bundler, name: string): File | undefined {
  const joined = bundler.find(name)
  if (joined) {
    const { name: key, type, text, isCurrent: isForever } = joined
    return { key, type, isForever, bytes: async () => new TextEncoder().encode(text) }
  }
  const path = staticPath(name)
  if (path === undefined) return undefined
  const file = Bun.file(path)
  const key = `${name} ${file.lastModified}`
  return { key, type: file.type, isForever: false, bytes: () => file.bytes() }
}

/** The ETag is weak, because the bytes depend on the accepted encoding. */
async function load(file: File): Promise<Loaded> {
  const plain = await file.bytes()
  return { etag: `W/"${Bun.hash(plain).toString(36)}"`, plain, gzipped: gzipSync(plain) }
}
