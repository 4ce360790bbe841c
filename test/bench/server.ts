import { mkdtemp, readFile, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { Client } from "../../src/ways-in/client/client"
import { type ServerProcess, serveProcess } from "../support/process"
import { markdownFiles } from "./corpus"

const FILES_A_REQUEST = 1000

/** A home on a disk, since tests may have theirs in memory. */
export async function homeOnDisk(): Promise<AsyncDisposable & { home: string }> {
  const home = await mkdtemp(join(tmpdir(), "amelia-bench-"))
  return { home, [Symbol.asyncDispose]: () => rm(home, { recursive: true, force: true }) }
}

export function startServer(home: string): Promise<ServerProcess> {
  return serveProcess({ home, env: { RATE_LIMIT_UPLOADS: "100000/minute" } })
}

/** Uploads generated Markdown, many files a request; how many chunks it made, and in which time. */
export async function uploadMarkdown(
  client: Client,
  { seed, count, bytes }: { seed: number; count: number; bytes: number },
): Promise<{ chunks: number; seconds: number }> {
  const files = [...markdownFiles(seed, count, bytes)].map(({ name, content }) => ({
    name,
    content: new Blob([content]),
  }))
  const begun = performance.now()
  let chunks = 0
  for (let at = 0; at < files.length; at += FILES_A_REQUEST) {
    const uploaded = await client.uploadDocuments(files.slice(at, at + FILES_A_REQUEST))
    const documents = await client.settleDocuments(uploaded)
    chunks += documents.reduce((sum, { chunk_count }) => sum + chunk_count, 0)
  }
  return { chunks, seconds: (performance.now() - begun) / 1000 }
}

/** Resident memory in MB, and the processor time so far in seconds. Linux only; else NaN. */
export async function usageOf(pid: number): Promise<{ memory_mb: number; processor_s: number }> {
  const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "")
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "")
  const [user, system] = stat.split(") ")[1]?.split(" ").slice(11, 13).map(Number) ?? []
  return {
    memory_mb: Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024,
    // In the ticks of a hundredth of a second that Linux has on all platforms of ours.
    processor_s: ((user ?? Number.NaN) + (system ?? Number.NaN)) / 100,
  }
}
