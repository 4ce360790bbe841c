import { createHash } from "node:crypto"
import { once } from "node:events"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import type { ModelFiles } from "./tiny-model"

export type HubPeer = {
  url: string
  /** What was asked for, such as "/api/models/…", with the range if there was one. */
  asked: string[]
  /** Ends the next answer with this file after so many bytes, once the client has them. */
  cut?: { path: string; bytes: number; received: Promise<void> }
} & Disposable

type Options = { model: string; files: ModelFiles; sent?: ModelFiles }

/** A model hub on loopback with one model. `sent` differs from what its listing says of the files. */
export async function hubPeer({ model, files, sent = {} }: Options): Promise<HubPeer> {
  const asked: string[] = []
  const tree = Object.entries(files).map(([path, bytes]) => listed(path, bytes))
  const server = createServer(({ url = "", headers: { range } }, response) => {
    const { pathname } = new URL(url, "http://hub")
    asked.push(`${pathname}${range ? ` ${range}` : ""}`)
    if (pathname === `/api/models/${model}/tree/main`) {
      return response.setHeader("content-type", "application/json").end(JSON.stringify(tree))
    }
    const path = pathname.replace(`/${model}/resolve/main/`, "")
    const bytes = sent[path] ?? files[path]
    if (!bytes) return response.writeHead(404).end("Entry not found")
    const from = Number(/^bytes=(\d+)-$/.exec(range ?? "")?.[1] ?? 0)
    response.writeHead(range ? 206 : 200, { "content-length": bytes.length - from })
    const { cut } = peer
    if (cut?.path !== path) return response.end(bytes.slice(from))
    peer.cut = undefined
    response.write(bytes.slice(from, cut.bytes))
    void cut.received.then(() => response.socket?.destroy())
  })
  await once(server.listen(0, "127.0.0.1"), "listening")
  const { port } = server.address() as AddressInfo
  const peer: HubPeer = {
    ...{ url: `http://127.0.0.1:${port}`, asked },
    [Symbol.dispose]() {
      server.closeAllConnections()
      server.close()
    },
  }
  return peer
}

function listed(path: string, bytes: Uint8Array) {
  const size = bytes.length
  const git = createHash("sha1").update(`blob ${size}\0`).update(bytes).digest("hex")
  const file = { type: "file", path, size, oid: git }
  if (!path.endsWith(".onnx")) return file
  return { ...file, lfs: { oid: createHash("sha256").update(bytes).digest("hex"), size } }
}
