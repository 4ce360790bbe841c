import { createHash } from "node:crypto"
import type { ModelFiles } from "./tiny-model"

export type HubPeer = {
  url: string
  /** What was asked for, such as "GET /api/models/…", with the range if there was one. */
  asked: string[]
  /** Ends the next answer with this file after so many bytes. */
  cut?: { path: string; bytes: number }
} & Disposable

type Options = { model: string; files: ModelFiles; sent?: ModelFiles }

/** A model hub on loopback with one model. `sent` differs from what its listing says of the files. */
export function hubPeer({ model, files, sent = {} }: Options): HubPeer {
  const asked: string[] = []
  const tree = Object.entries(files).map(([path, bytes]) => listed(path, bytes))
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch(request) {
      const { pathname } = new URL(request.url)
      const range = request.headers.get("range")
      asked.push(`${pathname}${range ? ` ${range}` : ""}`)
      if (pathname === `/api/models/${model}/tree/main`) return Response.json(tree)
      const path = pathname.replace(`/${model}/resolve/main/`, "")
      const bytes = sent[path] ?? files[path]
      if (!bytes) return new Response("Entry not found", { status: 404 })
      const from = Number(/^bytes=(\d+)-$/.exec(range ?? "")?.[1] ?? 0)
      const status = range ? 206 : 200
      const { cut } = peer
      if (cut?.path !== path) return new Response(bytes.slice(from), { status })
      peer.cut = undefined
      return new Response(broken(bytes.slice(from, cut.bytes)), { status })
    },
  })
  const url = `http://127.0.0.1:${server.port}`
  const peer: HubPeer = { url, asked, [Symbol.dispose]: () => void server.stop(true) }
  return peer
}

function listed(path: string, bytes: Uint8Array) {
  const size = bytes.length
  const git = createHash("sha1").update(`blob ${size}\0`).update(bytes).digest("hex")
  const file = { type: "file", path, size, oid: git }
  if (!path.endsWith(".onnx")) return file
  return { ...file, lfs: { oid: createHash("sha256").update(bytes).digest("hex"), size } }
}

/** Some bytes, and then the connection fails. */
function broken(bytes: Uint8Array): ReadableStream<Uint8Array> {
  return new ReadableStream({
    pull(controller) {
      if (bytes.length === 0) return controller.error(new Error("The connection is cut."))
      controller.enqueue(bytes)
      bytes = bytes.slice(bytes.length)
    },
  })
}
