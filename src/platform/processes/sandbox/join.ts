import type { Socket } from "node:net"

/**
 * Passes on what each of two sockets says, and its end; where one breaks off, so does the other.
 * Both must allow half-open connections. Not by `pipe`, which opens this process's own stdout and
 * so makes writes to it fail in programs that share it.
 */
export function join(one: Socket, other: Socket): void {
  passOn(one, other)
  passOn(other, one)
}

function passOn(from: Socket, to: Socket): void {
  from.on("data", (chunk) => {
    if (!to.write(chunk)) from.pause()
  })
  to.on("drain", () => from.resume())
  from.on("end", () => to.end())
  from.on("error", () => to.destroy())
  from.on("close", () => {
    if (!from.readableEnded) to.destroy()
  })
  from.resume()
}
