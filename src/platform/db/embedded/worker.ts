import type { PGlite } from "@electric-sql/pglite"
import { messageOf } from "../../errors"
import { openPglite } from "./pglite"
import type { FromWorker, ToWorker } from "./protocol"

/** Answers are sent in pieces of about this size. The engine produces 8 KB at a time. */
const PIECE_BYTES = 512 * 1024

declare const self: Worker

const send = (message: FromWorker, transfer: ArrayBuffer[] = []) =>
  self.postMessage(message, transfer)

serve(self)

/** Runs this worker's engine, one message after another in order of arrival. */
function serve(port: Worker): void {
  let engine: Promise<PGlite> | undefined
  let last: Promise<void> = Promise.resolve()

  const handle = async (message: ToWorker): Promise<void> => {
    switch (message.type) {
      case "open":
        engine = openPglite({ ...message, failed })
        await engine
        return send({ type: "ready" })
      case "bytes":
        return answer(await opened(engine), message.bytes)
      case "close":
        await (await opened(engine)).close()
        return send({ type: "closed" })
    }
  }
  port.onmessage = ({ data }: MessageEvent<ToWorker>) => {
    last = last.then(() => handle(data)).catch((thrown: unknown) => failed(reasonOf(thrown)))
  }
}

function failed(reason: string): void {
  send({ type: "failed", reason })
}

/** Emscripten throws file errors that are not Errors and have only a number. */
function reasonOf(thrown: unknown): string {
  const { errno } = Object(thrown) as { errno?: unknown }
  if (typeof errno === "number") return `it couldn't read or write a file (${errno})`
  return messageOf(thrown)
}

async function opened(engine: Promise<PGlite> | undefined): Promise<PGlite> {
  if (!engine) throw new Error("The engine got a message before it was opened.")
  return engine
}

/**
 * Executes protocol messages. Sends each answer when it is complete, while the next message runs; in
 * a transaction, whose statements wait for each other anyway, the answers to one message together.
 * Copies the bytes out of the heap.
 */
async function answer(engine: PGlite, bytes: Uint8Array): Promise<void> {
  let pieces: Uint8Array[] = []
  let length = 0
  const flush = () => {
    if (length === 0) return
    const whole = Buffer.concat(pieces)
    const owned = new Uint8Array(whole)
    pieces = []
    length = 0
    send({ type: "bytes", bytes: owned }, [owned.buffer])
  }
  await engine.execProtocolRawStream(bytes, {
    syncToFs: false,
    onRawData(data) {
      pieces.push(data.slice())
      length += data.length
      if (length >= PIECE_BYTES || isEnd(data)) flush()
    },
  })
  flush()
}

/** The end of an answer outside a transaction: ReadyForQuery, its length of 5, and "idle". */
const END = [0x5a, 0, 0, 0, 5, 0x49].join()

function isEnd(data: Uint8Array): boolean {
  return data.subarray(-6).join() === END
}
