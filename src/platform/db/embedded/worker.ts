import type { PGlite } from "@electric-sql/pglite"
import { messageOf } from "../../errors"
import { openPglite } from "./pglite"
import type { FromWorker, ToWorker } from "./protocol"

/** Answers are posted in pieces of about this many bytes: the engine hands out 8 KB at a time. */
const PIECE_BYTES = 512 * 1024

declare const self: Worker

const tell = (message: FromWorker, transfer: ArrayBuffer[] = []) =>
  self.postMessage(message, transfer)

serve(self)

/** Runs the one engine of this worker, message after message, in the order of their arrival. */
function serve(port: Worker): void {
  let engine: Promise<PGlite> | undefined
  let last: Promise<void> = Promise.resolve()

  const handle = async (message: ToWorker): Promise<void> => {
    switch (message.type) {
      case "open":
        engine = openPglite({ ...message, failed })
        await engine
        return tell({ type: "ready" })
      case "bytes":
        return answer(await opened(engine), message.bytes)
      case "close":
        await (await opened(engine)).close()
        return tell({ type: "closed" })
    }
  }
  port.onmessage = ({ data }: MessageEvent<ToWorker>) => {
    last = last.then(() => handle(data)).catch((thrown: unknown) => failed(reasonOf(thrown)))
  }
}

function failed(reason: string): void {
  tell({ type: "failed", reason })
}

/** Emscripten throws errors of files that are no Errors and carry a number alone. */
function reasonOf(thrown: unknown): string {
  const { errno } = Object(thrown) as { errno?: unknown }
  if (typeof errno === "number") return `a file could not be read or written (${errno})`
  return messageOf(thrown)
}

async function opened(engine: Promise<PGlite> | undefined): Promise<PGlite> {
  if (!engine) throw new Error("The engine was spoken to before it was opened.")
  return engine
}

/**
 * Executes whole protocol messages and posts each answer when it is whole, while the next is worked
 * at. Its bytes are copied out of the heap.
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
    tell({ type: "bytes", bytes: owned }, [owned.buffer])
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

/** Whether an answer ends here: with a ReadyForQuery, which is Z, its length of 5, and a state. */
function isEnd(data: Uint8Array): boolean {
  const [kind, ...length] = data.subarray(-6, -1)
  return kind === 0x5a && length.join() === "0,0,0,5"
}
