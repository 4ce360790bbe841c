import { createHash } from "node:crypto"
import { mkdir, open, rename, rm, stat } from "node:fs/promises"
import { dirname, join } from "node:path"
import { z } from "zod"
import { missingFiles } from "./files"

/** A connection silent for this long is dead. The next attempt resumes the download. */
const SILENCE_MS = 30_000

/** The file tree of a repository: see https://huggingface.co/docs/hub/api. */
const treeSchema = z.array(
  z.object({
    type: z.string(),
    path: z.string(),
    size: z.number(),
    /** The SHA-1 of a Git blob: "blob SIZE\0" and the content. */
    oid: z.string(),
    /** Set for large files; its `oid` is the SHA-256 of the content. */
    lfs: z.object({ oid: z.string(), size: z.number() }).optional(),
  }),
)
type RemoteFile = z.infer<typeof treeSchema>[number]

type FetchOptions = {
  hubUrl: string
  model: string
  folder: string
  signal: AbortSignal
  progress: (bytes: { done: number; total: number }) => void
}

/**
 * Downloads a model's missing files. Each is written as `.part`, which the next attempt resumes, and
 * renamed once its size and checksum match the hub's. Throws if the hub doesn't answer, lacks a
 * file, or sends a file that doesn't match.
 */
export async function fetchModel(options: FetchOptions): Promise<void> {
  const { hubUrl, model, folder, signal, progress } = options
  const missing = missingFiles(folder)
  if (missing.length === 0) return
  const listing = await answered(`${hubUrl}/api/models/${model}/tree/main?recursive=true`, signal)
  const tree = treeSchema.parse(await listing.json())
  const files = missing.map((path) => {
    const file = tree.find((it) => it.path === path && it.type === "file")
    if (!file) throw new Error(`${model} has no ${path} at ${hubUrl}.`)
    return file
  })
  const total = files.reduce((sum, { size }) => sum + size, 0)
  let before = 0
  for (const file of files) {
    const url = `${hubUrl}/${model}/resolve/main/${file.path}`
    const path = join(folder, file.path)
    await fetchFile(url, path, file, signal, (done) => progress({ done: before + done, total }))
    before += file.size
  }
}

async function fetchFile(
  url: string,
  path: string,
  file: RemoteFile,
  signal: AbortSignal,
  progress: (done: number) => void,
): Promise<void> {
  const part = `${path}.part`
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  const there = await sizeOf(part)
  if (there < file.size) await append(url, part, there, signal, progress)
  if ((await sizeOf(part)) < file.size) throw new Error(`${url} ended too early.`)
  if ((await checksum(part, file)) !== (file.lfs?.oid ?? file.oid)) {
    await rm(part)
    throw new Error(`${url} doesn't match its checksum.`)
  }
  await rename(part, path)
}

function sizeOf(path: string): Promise<number> {
  return stat(path).then(
    ({ size }) => size,
    () => 0,
  )
}

/** Downloads the rest of a file, or all of it if the server doesn't support ranges. */
async function append(
  url: string,
  part: string,
  there: number,
  signal: AbortSignal,
  progress: (done: number) => void,
): Promise<void> {
  const silence = new AbortController()
  const timer = setTimeout(() => silence.abort(new Error(`${url} went silent.`)), SILENCE_MS)
  const either = AbortSignal.any([signal, silence.signal])
  const headers: Record<string, string> = there > 0 ? { range: `bytes=${there}-` } : {}
  const file = await open(part, "a", 0o600)
  try {
    const response = await answered(url, either, headers)
    let done = response.status === 206 ? there : 0
    if (done === 0) await file.truncate(0)
    for await (const piece of response.body ?? []) {
      timer.refresh()
      await file.write(piece)
      done += piece.length
      progress(done)
    }
    await file.sync()
  } finally {
    clearTimeout(timer)
    await file.close()
  }
}

async function checksum(path: string, { size, lfs }: RemoteFile): Promise<string> {
  const hash = createHash(lfs ? "sha256" : "sha1")
  if (!lfs) hash.update(`blob ${size}\0`)
  for await (const piece of Bun.file(path).stream()) hash.update(piece)
  return hash.digest("hex")
}

async function answered(
  url: string,
  signal: AbortSignal,
  headers: Record<string, string> = {},
): Promise<Response> {
  // Compressed responses have a different length and no ranges.
  const response = await fetch(url, {
    signal,
    headers: { "accept-encoding": "identity", ...headers },
  }).catch((cause) => {
    signal.throwIfAborted()
    const { code = "no answer" } = Object(cause) as { code?: string }
    throw new Error(`${new URL(url).origin} can't be reached (${code}).`, { cause })
  })
  if (!response.ok) throw new Error(`${url} answered with status ${response.status}.`)
  return response
}
