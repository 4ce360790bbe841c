import { Duplex } from "node:stream"
import type { ToWorker } from "./protocol"

/** The driver's end of the wire. */
export type Wire = {
  socket: Duplex
  /** Passes bytes from the engine to the driver. */
  receive(bytes: Uint8Array): void
  /**
   * Cuts the wire: everything that waits for an answer, and everything after, fails with `cause`.
   */
  cut(cause: Error): void
}

/**
 * PostgreSQL's wire protocol over postMessage, as a socket for the `postgres` driver.
 *
 * A cut wire fails but never closes. After a close the driver would reconnect and send the rest of
 * an old transaction, such as its rollback, into a new session.
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
  // This makes the driver's end() neither send a Terminate nor wait for a close.
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
