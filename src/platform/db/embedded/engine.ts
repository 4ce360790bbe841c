import { existsSync } from "node:fs"
import { AppError } from "../../errors"
import { diskFull } from "../failure"
import type { FromWorker, ToWorker } from "./protocol"
import { isFull } from "./room"
import { type Wire, wireTo } from "./wire"

const STOP_TIMEOUT_MS = 10_000

export type EngineOptions = {
  directory: string
  /** Returns the path of pgvector's bundle, a real file, right before the engine loads it. */
  vectorBundle: () => Promise<string>
  newWorker: () => Worker
  /** Called once if the worker ends without having been asked to. */
  died: (cause: Error) => void
}

/** PGlite running on one directory. Only one engine may exist per directory. */
export type Engine = {
  wire: Wire
  /** Lets the engine write its last checkpoint, then ends its worker. */
  stop(): Promise<void>
  /** Ends the worker immediately, whatever it is doing. Committed rows are kept. */
  kill(cause: Error): Promise<void>
  /** Resolves once the worker has ended and nothing writes to the directory any more. */
  gone: Promise<void>
}

/**
 * Starts a worker and opens the directory in it. Throws ServiceUnavailableError on failure, or
 * StorageQuotaExceededError if the disk is full.
 */
export async function startEngine(options: EngineOptions): Promise<Engine> {
  const [vectorBundle, { program }] = await Promise.all([
    options.vectorBundle(),
    import("./program"),
  ])
  const worker = options.newWorker()
  const post = (message: ToWorker, transfer: ArrayBuffer[] = []) =>
    worker.postMessage(message, transfer)
  const wire = wireTo(post)
  const ready = Promise.withResolvers<void>()
  const closed = Promise.withResolvers<void>()
  const gone = Promise.withResolvers<void>()
  let over = false
  const stopped = (reason: string) => stoppedBecause(reason, options.directory)

  const end = (cause: Error) => {
    if (over) return
    over = true
    worker.terminate()
    ready.reject(cause)
    closed.resolve()
    options.died(cause)
    wire.cut(cause)
  }
  worker.onmessage = ({ data }: MessageEvent<FromWorker>) => {
    if (data.type === "bytes") wire.receive(data.bytes)
    else if (data.type === "ready") ready.resolve()
    else if (data.type === "closed") closed.resolve()
    else end(stopped(data.reason))
  }
  worker.addEventListener("error", (event) => end(stopped(event.message)))
  worker.addEventListener("close", () => {
    gone.resolve()
    end(stopped("its worker ended"))
  })

  const leave = async () => {
    over = true
    worker.terminate()
    wire.cut(stopped("it was closed"))
    await within(gone.promise)
  }
  post({ type: "open", directory: options.directory, vectorBundle, program })
  await ready.promise.catch(async (cause) => {
    await within(gone.promise)
    throw cause
  })
  return {
    wire,
    gone: gone.promise,
    async stop() {
      if (!over) post({ type: "close" })
      await closed.promise
      await leave()
    },
    async kill(cause) {
      end(cause)
      await within(gone.promise)
    },
  }
}

/** On a full disk the engine ends at once, without saying why. */
function stoppedBecause(reason: string, directory: string): AppError {
  if (existsSync(directory) && isFull(directory)) return diskFull()
  const sentence = `The database engine stopped: ${reason || "it gave no reason"}.`
  return new AppError("ServiceUnavailableError", sentence)
}

/** A second engine must not start before the first has ended: both would write the same files. */
async function within(gone: Promise<void>): Promise<void> {
  const late = Promise.withResolvers<never>()
  const sentence = "The database engine doesn't stop. Please restart Amelia."
  const timer = setTimeout(
    () => late.reject(new AppError("ServiceUnavailableError", sentence)),
    STOP_TIMEOUT_MS,
  )
  await Promise.race([gone, late.promise]).finally(() => clearTimeout(timer))
}
