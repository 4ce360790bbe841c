import { existsSync } from "node:fs"
import { setTimeout as delay } from "node:timers/promises"
import { ConversionCrashed } from "../../engines/convert/conversion"
import { Unreadable } from "../../engines/convert/unreadable"
import { sweepUnpublished } from "../../engines/index/indexing"
import { background } from "../../platform/async/background"
import { AppError, isUnavailable } from "../../platform/errors"
import { originalPath, sweepOriginals } from "./originals"
import { type ConversionDeps, discard, fail, publish, type Staged, stage } from "./staging"
import * as versions from "./versions-store"

/** Conversions at a time, so that a long one does not keep a short one waiting. */
const AT_A_TIME = 2
/** Begun so often and never ended, a conversion ends the process that it is in. */
const ATTEMPTS_MAX = 2
const RETRY_MS = 1000

type Running = { ending: AbortController; done: Promise<void> }

/** Converts and indexes in the background what waits for it, one document after another. */
export type Conversions = {
  /** Says that there may be something to convert. */
  wake(): void
  /** Ends what is done for a document that is gone or has a newer version. */
  cancel(documentId: string): void
  /** Removes what a killed process left half done, and goes on with what waits. */
  takeOver(): Promise<void>
  /** Ends what is being converted, which begins anew at the next start. */
  close(): Promise<void>
}

export function createConversions(deps: ConversionDeps): Conversions {
  const log = deps.log.child({ module: "documents" })
  const running = new Map<string, Running>()
  const { tidy, close } = background()
  let open = true

  async function look(): Promise<void> {
    /** On a server, what other processes have in homes of their own. */
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
      // On a server other processes may make some now, and each sweeps what it leaves.
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

/**
 * Converts a document, to a good or a bad end. Rejects for what may pass, such as a database that
 * is restarted, and leaves it to be begun anew.
 */
async function work(
  deps: ConversionDeps,
  waiting: versions.Waiting,
  { signal, isOpen }: Until,
): Promise<void> {
  const { row } = waiting
  const attempts = row.attempts + 1
  if (attempts > ATTEMPTS_MAX) return await fail(deps, row, "Amelia ended twice while it read it.")
  await versions.updateVersion(deps.db, row, { attempts })
  const staged: Staged = { segmentIds: [], chunkCount: 0, pageStarts: null, metadata: {} }
  try {
    await stage(deps, waiting, { staged, signal })
    if (!(await publish(deps, row, staged))) await discard(deps, row, staged)
  } catch (thrown) {
    if (signal.aborted || isUnavailable(thrown)) {
      // That was no fault of the file.
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
  if (thrown instanceof ConversionCrashed) return "Reading it ended its process twice."
  return "Reading it broke off. The log has the cause."
}
