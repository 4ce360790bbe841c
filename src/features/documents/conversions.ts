import { existsSync } from "node:fs"
import { setTimeout as delay } from "node:timers/promises"
import { ConversionCrashed } from "../../engines/convert/conversion"
import { Unreadable } from "../../engines/convert/converted"
import { sweepUnpublished } from "../../engines/index/indexing"
import { background } from "../../platform/async/background"
import { AppError, isUnavailable } from "../../platform/errors"
import { originalPath, sweepOriginals } from "./originals"
import { type ConversionDeps, discard, fail, publish, type Staged, stage } from "./staging"
import * as versions from "./versions-store"

/** How many run at a time: with two, a short one need not wait for a long one. */
const AT_A_TIME = 2
/** A conversion that was started this often and never finished probably kills its process. */
const ATTEMPTS_MAX = 2
const RETRY_MS = 1000

type Running = { ending: AbortController; done: Promise<void> }

/** Prepares waiting documents in the background; see staging.ts for each. */
export type Conversions = {
  /** Looks for waiting documents soon. */
  wake(): void
  /** Stops work on a document that was deleted or has a newer version. */
  cancel(documentId: string): void
  /** Removes what a killed process left behind, and starts on what waits. */
  takeOver(): Promise<void>
  /** Stops all work, which starts again with the next process. */
  close(): Promise<void>
}

export function createConversions(deps: ConversionDeps): Conversions {
  const log = deps.log.child({ module: "documents" })
  const running = new Map<string, Running>()
  const { tidy, close } = background()
  let open = true

  async function look(): Promise<void> {
    // With a database server, other processes keep their originals in homes of their own.
    const elsewhere: string[] = []
    try {
      while (open && running.size < AT_A_TIME) {
        const next = await versions.findWaiting(deps.db, [...running.keys(), ...elsewhere])
        if (!next) return
        const { documentId, original } = next.row
        const isHere = existsSync(originalPath(deps.config, original ?? ""))
        if (isHere || deps.ownsHome) begin(next)
        else elsewhere.push(documentId)
      }
    } catch (err) {
      if (open) log.warn({ event: "conversions.unread", err })
      again()
    }
  }

  const wake = () => tidy(look)
  const again = () => void delay(RETRY_MS, undefined, { ref: false }).then(wake)

  function begin(waiting: versions.Waiting): void {
    const ending = new AbortController()
    const { documentId } = waiting.row
    const done = work(deps, waiting, { signal: ending.signal, isOpen: () => open }).then(
      () => {
        running.delete(documentId)
        wake()
      },
      (err) => {
        running.delete(documentId)
        if (open) log.error({ event: "document.unconverted", document_id: documentId, err })
        again()
      },
    )
    running.set(documentId, { ending, done })
  }

  return {
    wake,
    cancel: (documentId) => running.get(documentId)?.ending.abort(),
    async takeOver() {
      await sweepOriginals(deps)
      // With a database server, other processes may be staging right now, and sweep their own.
      if (deps.ownsHome) await sweepUnpublished(deps.db)
      wake()
    },
    async close() {
      open = false
      const left = [...running.values()]
      for (const { ending } of left) ending.abort()
      await Promise.all(left.map(({ done }) => done))
      await close()
    },
  }
}

type Until = { signal: AbortSignal; isOpen: () => boolean }

/** Rejects for what may pass, such as a database restart; the document then stays queued. */
async function work(
  deps: ConversionDeps,
  waiting: versions.Waiting,
  { signal, isOpen }: Until,
): Promise<void> {
  const { row } = waiting
  const attempts = row.attempts + 1
  if (attempts > ATTEMPTS_MAX)
    return await fail(deps, row, "Amelia ended twice while reading this file.")
  await versions.updateVersion(deps.db, row, { attempts })
  const staged: Staged = { segmentIds: [], chunkCount: 0 }
  try {
    await stage(deps, waiting, { staged, signal })
    if (!(await publish(deps, row, staged))) await discard(deps, row, staged)
  } catch (thrown) {
    if (signal.aborted || isUnavailable(thrown)) {
      // This attempt says nothing about the file, so it doesn't count.
      await versions.updateVersion(deps.db, row, { attempts: row.attempts })
      if (!signal.aborted) throw thrown
    }
    if (!isOpen()) return
    await discard(deps, row, staged)
    if (signal.aborted) return
    if (thrown instanceof ConversionCrashed && attempts < ATTEMPTS_MAX) return
    await fail(deps, row, sentenceOf(thrown))
    if (thrown instanceof Unreadable) return
    const document_id = row.documentId
    deps.log.error({ module: "documents", event: "document.failed", document_id, err: thrown })
  }
}

function sentenceOf(thrown: unknown): string {
  if (thrown instanceof Unreadable) return thrown.message
  if (thrown instanceof AppError && thrown.name === "ConfigurationError") return thrown.message
  if (thrown instanceof ConversionCrashed) return "Reading this file crashed its process twice."
  return "Reading this file failed. The log has the cause."
}
