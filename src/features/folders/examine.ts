import { join } from "node:path"
import { hashOf } from "../../engines/convert/content"
import { batchesOf } from "../../platform/async/batches"
import { secretByContent } from "../../platform/files/secret"
import type { Candidate } from "./compare"
import { codeOf, type ReadFile, readRegular } from "./read"
import { secretReason } from "./secrets"

/** The most that is in memory at a time. A larger file is read alone. */
const OF_BATCH = { count: 500, size: 4 * 1024 ** 2 }
const OPEN = { count: 50, size: Number.POSITIVE_INFINITY }
/** The clock of file systems that store whole seconds, and the tick of all others. */
const COARSE_MS = 2000
const TICK_MS = 100

/** A file with its content. `changedAt` is null if the next change might not alter it. */
export type Examined = Candidate & { bytes: Uint8Array; hash: string; size: number } & {
  changedAt: number | null
  /** The reason to skip it, if it looks like a secret. */
  secret: string | undefined
}
type Options = { maxBytes: number; includeSecrets: boolean }
export type Unreadable = Candidate & { reason: string }

/** Reads files in batches. Leaves out those that are gone. */
export async function* examine(
  folder: string,
  candidates: Candidate[],
  { signal, ...options }: Options & { signal: AbortSignal },
): AsyncGenerator<(Examined | Unreadable)[]> {
  for (const batch of batchesOf(candidates, OF_BATCH, ({ found }) => found.size)) {
    signal.throwIfAborted()
    const read: (Examined | Unreadable | undefined)[] = []
    for (const some of batchesOf(batch, OPEN, () => 0)) {
      read.push(...(await Promise.all(some.map((it) => examineOne(folder, it, options)))))
    }
    yield read.filter((it) => it !== undefined)
  }
}

async function examineOne(
  folder: string,
  candidate: Candidate,
  { maxBytes, includeSecrets }: Options,
): Promise<Examined | Unreadable | undefined> {
  try {
    const begun = Date.now()
    const file = await readRegular(join(folder, candidate.found.path), maxBytes)
    if (!file) return undefined
    const { bytes, size } = file
    const hash = await hashOf(bytes)
    const secret = includeSecrets ? undefined : secretReason(secretByContent(bytes))
    return { ...candidate, bytes, size, hash, secret, changedAt: reliable(file, begun) }
  } catch (thrown) {
    const code = codeOf(thrown)
    if (code === undefined) throw thrown
    const why = code === "EACCES" ? "permission denied" : code
    return { ...candidate, reason: `This file can't be read: ${why}.` }
  }
}

/** Returns null if another change could fall into the same tick of the file system's clock. */
function reliable({ changedAt }: ReadFile, readAt: number): number | null {
  const tick = changedAt % 1000 === 0 ? COARSE_MS : TICK_MS
  return readAt - changedAt < tick ? null : changedAt
}
