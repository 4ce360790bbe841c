import { yielder } from "../../platform/async/yielder"
import { writeNewFile } from "../../platform/files/new-file"

const HASH_SLICE_BYTES = 4 * 1024 ** 2

/** The bytes of a file, in memory or in a file that is read when they are needed. */
export type Content = {
  sizeBytes: number
  /** SHA-256, in hex. */
  hash: string
  /** Reads up to `count` bytes from the beginning. */
  start(count: number): Promise<Uint8Array>
  read(): Promise<Uint8Array>
  /** Maps all bytes, and reads only those that are used. */
  view(): Uint8Array
  path?: string
}

export async function contentOf(bytes: Uint8Array, hash?: string): Promise<Content> {
  return {
    sizeBytes: bytes.byteLength,
    hash: hash ?? (await hashOf(bytes)),
    start: async (count) => bytes.subarray(0, count),
    read: async () => bytes,
    view: () => bytes,
  }
}

/** Receives a file: up to `roomBytes` in memory, else at `path`, for the caller to remove. */
export async function receiveContent(
  chunks: AsyncIterable<Uint8Array>,
  { roomBytes, path }: { roomBytes: number; path: string },
): Promise<Content> {
  const hasher = new Bun.CryptoHasher("sha256")
  let sizeBytes = 0
  async function* counted() {
    for await (const chunk of chunks) {
      hasher.update(chunk)
      sizeBytes += chunk.byteLength
      yield chunk
    }
  }
  const arriving = counted()
  const held: Uint8Array[] = []
  while (sizeBytes <= roomBytes) {
    const { done, value } = await arriving.next()
    if (done) return contentOf(Buffer.concat(held), hasher.digest("hex"))
    held.push(new Uint8Array(value))
  }
  async function* all() {
    yield* held
    yield* arriving
  }
  await writeNewFile(path, all())
  return contentAt(path, sizeBytes, hasher.digest("hex"))
}

/** A function of its own, so that no closure keeps the received bytes in memory. */
function contentAt(path: string, sizeBytes: number, hash: string): Content {
  const file = Bun.file(path)
  return {
    ...{ path, sizeBytes, hash },
    start: (count) => file.slice(0, count).bytes(),
    read: () => file.bytes(),
    view: () => Bun.mmap(path),
  }
}

/** Returns the SHA-256 of `bytes` in hex. Yields to the event loop. */
export async function hashOf(bytes: Uint8Array): Promise<string> {
  const yieldNow = yielder()
  const hasher = new Bun.CryptoHasher("sha256")
  for (let at = 0; at < bytes.length; at += HASH_SLICE_BYTES) {
    hasher.update(bytes.subarray(at, at + HASH_SLICE_BYTES))
    await yieldNow()
  }
  return hasher.digest("hex")
}
