import { readFileSync } from "node:fs"
import { basename } from "node:path"
import ipaddr from "ipaddr.js"
import { MARKER } from "../processes/messages"
import { linkOf, listSockets, openFilesOf, socketName } from "../processes/open-files"
import { canonical, type Endpoint, type PeerConnection } from "./connection"
import { type FindSocket, type KernelSocket, openInetDiag } from "./inet-diag"
import type { Program, Socket, Sockets } from "./sockets"

/** Looks sockets up in /proc, see proc(5). */
export function linuxSockets(findSocket = openInetDiag()): Sockets {
  return {
    tellsUsers: true,
    async find(connection) {
      const found = quickSocket(connection, findSocket) ?? (await listedSocket(connection))
      return found?.inode ? socketOf(found) : undefined
    },
    async markersOf(pids) {
      const found = pids.map((pid) => [pid, markerOf(pid)] as const)
      return new Map(found.filter((it): it is [number, string] => it[1] !== undefined))
    },
    describe: async (pid) => programOf(pid),
  }
}

/** A local program connects to us at a loopback address or at its own address. */
function quickSocket(
  { client, serverPort: port }: PeerConnection,
  findSocket: FindSocket | undefined,
): KernelSocket | undefined {
  const local = { ...client, address: canonical(client.address) }
  const loopback = local.address.includes(":") ? "::1" : "127.0.0.1"
  for (const address of [loopback, local.address]) {
    const found = findSocket?.(local, { address, port })
    if (found) return found
  }
  return undefined
}

/** Searches the list of all sockets, whichever of our addresses was used. */
async function listedSocket({ client, serverPort }: PeerConnection) {
  const sockets = await listSockets()
  return sockets.find(
    ({ local, remote }) => portOf(remote) === serverPort && isEndpoint(local, client),
  )
}

function isEndpoint(written: string, { address, port }: Endpoint): boolean {
  return portOf(written) === port && addressOf(written) === canonical(address)
}

function portOf(written: string): number {
  return Number.parseInt(written.slice(written.indexOf(":") + 1), 16)
}

/** The kernel writes four-byte words, little-endian on all machines that Bun supports. */
function addressOf(written: string): string {
  const bytes = Buffer.from(written.slice(0, written.indexOf(":")), "hex")
  for (let at = 0; at < bytes.length; at += 4) bytes.subarray(at, at + 4).reverse()
  return canonical(ipaddr.fromByteArray([...bytes]).toString())
}

function socketOf({ inode, uid }: KernelSocket): Socket {
  const id = socketName(inode)
  return { id, uid, isHeldBy: (pid) => openFilesOf(pid).some((file) => file === id) }
}

function markerOf(pid: number): string | undefined {
  try {
    const environment = readFileSync(`/proc/${pid}/environ`, "latin1")
    const entry = environment.split("\0").find((it) => it.startsWith(`${MARKER}=`))
    return entry?.slice(MARKER.length + 1)
  } catch {
    return undefined
  }
}

function programOf(pid: number): Program | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8")
    const terminal = Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[4])
    const executable = linkOf(`/proc/${pid}/exe`)
    const name = executable
      ? basename(executable)
      : stat.slice(stat.indexOf("(") + 1, stat.lastIndexOf(")"))
    return { name, onTerminal: terminal !== 0, ...(executable && { executable }) }
  } catch {
    return undefined
  }
}
