import { isOwnAddress } from "../net/address"
import { canonical, type PeerConnection } from "./connection"
import { linuxSockets } from "./linux"
import { lsofSockets } from "./lsof"
import { RunProcesses } from "./run-processes"
import type { Program, Sockets } from "./sockets"

/** Connections remembered with their client. Browsers reuse theirs again and again. */
const REMEMBERED_MAX = 1000

/** The process at the other end of a connection. */
export type Peer =
  | { kind: "program" }
  /** A local program that a run started, or a descendant of one. */
  | { kind: "run"; pid: number }
  /** A local program that has closed its end, has ended or can't be inspected. */
  | { kind: "gone" }
  /** Another machine, or any program where the system can't tell. */
  | { kind: "unknown" }

export type Peers = {
  /** A client belongs to a run if any process of a run holds its socket. */
  find(connection: PeerConnection): Promise<Peer>
  /** Returns the local user who opened a connection, if the system can tell. */
  userOf(connection: PeerConnection): Promise<number | undefined>
  /** Returns the program behind a connection, if no run started it and the system can tell. */
  identify(connection: PeerConnection): Promise<(Program & { pid: number }) | undefined>
}

/** Identifies clients, so that programs started by a run can't act for the user. */
export function createPeers(sockets = systemSockets()): Peers {
  if (sockets) return peersBy(sockets)
  const nobody = async () => undefined
  return { find: async () => ({ kind: "unknown" }), userOf: nobody, identify: nobody }
}

function peersBy(known: Sockets): Peers {
  const processes = new RunProcesses(known)
  /** Sockets that belong to no run. Nobody can take them over later. */
  const harmless = new Set<string>()
  let works: Promise<boolean> | undefined

  async function find(connection: PeerConnection): Promise<Peer> {
    if (!isOfThisMachine(connection.client.address)) return { kind: "unknown" }
    works ??= findsItself(known)
    if (!(await works)) return { kind: "unknown" }
    const socket = await known.find(connection)
    if (!socket) return { kind: "gone" }
    if (socket.id !== undefined && harmless.has(socket.id)) return { kind: "program" }
    const { ofRuns, others } = await processes.list()
    const ofRun = ofRuns.find(socket.isHeldBy)
    if (ofRun !== undefined) return { kind: "run", pid: ofRun }
    // A process that hands on its socket and ends while we look is not seen.
    const isSeen = ofRuns.length === 0 || others.some(socket.isHeldBy)
    if (!isSeen) return { kind: "gone" }
    if (socket.id !== undefined) remember(harmless, socket.id)
    return { kind: "program" }
  }

  async function userOf(connection: PeerConnection) {
    if (!known.tellsUsers || !isOfThisMachine(connection.client.address)) return undefined
    return (await known.find(connection))?.uid
  }

  async function identify(connection: PeerConnection) {
    if (!isOfThisMachine(connection.client.address)) return undefined
    const socket = await known.find(connection)
    const { others } = await processes.list()
    const pid = others.find((pid) => socket?.isHeldBy(pid))
    const program = pid === undefined ? undefined : await known.describe(pid)
    return pid === undefined || !program ? undefined : { ...program, pid }
  }

  return { find, userOf, identify }
}

function systemSockets(): Sockets | undefined {
  if (process.platform === "linux") return linuxSockets()
  return process.platform === "darwin" ? lsofSockets : undefined
}

/** True if the address is one of this machine's, so that the client is a local process. */
function isOfThisMachine(given: string): boolean {
  const address = canonical(given)
  if (address === "::1" || address.startsWith("127.")) return true
  return isOwnAddress(address)
}

/** True if the system shows which process owns a socket; some containers hide it. */
async function findsItself(sockets: Sockets): Promise<boolean> {
  const address = "127.0.0.1"
  const server = Bun.listen({ hostname: address, port: 0, socket: { data() {} } })
  try {
    const handler = { socket: { data() {} } }
    const client = await Bun.connect({ hostname: address, port: server.port, ...handler })
    const end = { address, port: client.localPort }
    const socket = await sockets.find({ client: end, serverPort: server.port })
    const isFound = socket?.isHeldBy(process.pid) ?? false
    client.end()
    return isFound
  } catch {
    return false
  } finally {
    server.stop(true)
  }
}

function remember(set: Set<string>, value: string): void {
  set.add(value)
  const [oldest] = set
  if (set.size > REMEMBERED_MAX && oldest !== undefined) set.delete(oldest)
}
