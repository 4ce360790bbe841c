import { MARKER } from "../processes/messages"
import { outputOf } from "../processes/open-files"
import { canonical, type PeerConnection } from "./connection"
import type { Sockets } from "./sockets"

/** Looks sockets up with lsof(8) and ps(1), for macOS. */
export const lsofSockets: Sockets = {
  tellsUsers: false,
  async find(connection) {
    const listed = await outputOf("lsof", "-nP", `-iTCP:${connection.client.port}`, "-F", "pn")
    const pids = holdersIn(listed, connection)
    return pids.size > 0 ? { isHeldBy: (pid) => pids.has(pid) } : undefined
  },

  async markersOf(pids) {
    const wanted = new Set(pids)
    const listed = await outputOf("ps", "-A", "-E", "-ww", "-o", "pid=,command=")
    const lines = listed.matchAll(new RegExp(`^\\s*(\\d+) .*\\b${MARKER}=(\\S+)`, "gm"))
    const found = [...lines].map(([, pid, marker = ""]) => [Number(pid), marker] as const)
    return new Map(found.filter(([pid]) => wanted.has(pid)))
  },

  async describe(pid) {
    const listed = await outputOf("ps", "-p", String(pid), "-o", "tty=,comm=")
    const [, terminal, executable] = /^\s*(\S+)\s+(.+)$/m.exec(listed) ?? []
    if (!terminal || !executable) return undefined
    const name = executable.slice(executable.lastIndexOf("/") + 1)
    return { name, executable, onTerminal: !terminal.startsWith("?") }
  },
}

/** Finds processes in the output of `lsof -F pn`: a `p` line with a process, then its `n` lines. */
function holdersIn(listed: string, { client, serverPort }: PeerConnection): Set<number> {
  const pids = new Set<number>()
  const own = canonical(client.address)
  let pid = 0
  for (const line of listed.split("\n")) {
    if (line.startsWith("p")) pid = Number(line.slice(1))
    const [, address, port, to] = /^n\[?(.+?)\]?:(\d+)->.+:(\d+)$/.exec(line) ?? []
    if (!address || Number(port) !== client.port || Number(to) !== serverPort) continue
    if (canonical(address) === own) pids.add(pid)
  }
  return pids
}
