import type { Socket } from "node:net"

/**
 * Passes on what each of two sockets says, and its end; where one breaks off, so does the other.
 * Both must allow half-open connections.
 */
export function join(one: Socket, other: Socket): void {
  passOn(one, other)
  passOn(other, one)
}

function passOn(from: Socket, to: Socket): void {
  from.pipe(to)
  from.on("error", () => to.destroy())
  from.on("close", () => {
    if (!from.readableEnded) to.destroy()
  })
}
