import type { Socket } from "node:net"

/**
 * Forwards data and ends between two half-open sockets. Doesn't use `pipe`, which opens this
 * process's own stdout and so makes writes fail in programs that share it.
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
