import { Duplex } from "node:stream"
import type { ToWorker } from "./protocol"

/** The end of the wire that the driver holds. */
export type Wire = {
  socket: Duplex
  /** Hands bytes of the engine to the driver. */
  receive(bytes: Uint8Array): void
  /** Cuts the wire: what waits for an answer fails with `cause`, and so does all that follows. */
  cut(cause: Error): void
}

/**
 * PostgreSQL's wire protocol over postMessage, as a socket for the `postgres` driver.
 *
 * A cut wire fails and never closes. On a close the driver would connect again, and send what is
 * left of an old transaction (its rollback, say) into the midst of a new session.
 */
export function wireTo(post: (message: ToWorker, transfer: ArrayBuffer[]) => void): Wire {
  let cause: Error | undefined
  let unsent: Uint8Array[] = []
  const fail = () => {
    if (cause && socket.listenerCount("error") > 0) socket.emit("error", cause)
  }
  const send = () => {
    const bytes = new Uint8Array(Buffer.concat(unsent))
    unsent = []
    post({ type: "bytes", bytes }, [bytes.buffer])
  }
  const socket = new Duplex({
    autoDestroy: false,
    emitClose: false,
    read() {},
    write(chunk: Uint8Array, _encoding, done) {
      if (cause) setImmediate(fail)
      // Statements that are sent together share a message.
      else if (unsent.push(chunk) === 1) queueMicrotask(send)
      done()
    },
  })
  // With this the driver's end() neither sends a Terminate nor waits for a close.
  Object.assign(socket, { readyState: "closed" })
  return {
    socket,
    receive: (bytes) => socket.push(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)),
    cut(reason) {
      cause ??= reason
      fail()
    },
  }
}
