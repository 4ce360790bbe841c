import { readFile } from "node:fs/promises"
import { connect } from "node:net"
import { basename, dirname } from "node:path"
import { isLoopback } from "../config/rules"
import { listSockets, openFilesOf, outputOf, socketName } from "./open-files"
import { listProcesses } from "./processes"

/** Local connections are accepted or refused at once; other machines may never answer. */
const PATIENCE_MS = 1000
/** The state "listening" in /proc/net/tcp. */
const LISTENING = "0A"

/** The owner is unknown if another user runs it. `home` is set if it is an Amelia. */
type Listener = { address: string; port: number } & Partial<Owner>
type Owner = { pid: number; program: string; home: string | undefined }

/** Returns what listens on `host` and `port`. `localhost` may be either loopback address. */
export async function findListener(host: string, port: number): Promise<Listener | undefined> {
  const isLocal = isLoopback(host) || host === "0.0.0.0" || host === "::"
  for (const address of isLocal ? ["127.0.0.1", "::1"] : [host]) {
    if (!(await answers(address, port))) continue
    const owner = await (process.platform === "linux" ? ownerByProc(port) : ownerByLsof(port))
    return { address, port, ...owner }
  }
  return undefined
}

/** For example, "Amelia for /home/ada/notes (process 4711) already listens on [::1]:8000". */
export function describeListener({ address, port, pid, program, home }: Listener): string {
  const name = home ? `Amelia for ${home}` : (program ?? "Another program")
  const place = address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`
  return `${name}${pid ? ` (process ${pid})` : ""} already listens on ${place}`
}

function answers(host: string, port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>()
  const socket = connect({ host, port, timeout: PATIENCE_MS })
  socket.once("connect", () => resolve(true))
  socket.once("error", () => resolve(false))
  socket.once("timeout", () => resolve(false))
  return promise.finally(() => socket.destroy())
}

/** Uses proc(5): finds the listening sockets on the port, then the process that has one open. */
async function ownerByProc(port: number): Promise<Owner | undefined> {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, "0")}`
  const sockets = (await listSockets().catch(() => []))
    .filter(({ local, state }) => local.endsWith(suffix) && state === LISTENING)
    .map(({ inode }) => socketName(inode))
  for (const { pid } of listProcesses()) {
    const files = [...openFilesOf(pid)]
    if (!sockets.some((socket) => files.includes(socket))) continue
    const program = await readFile(`/proc/${pid}/comm`, "utf8").catch(() => "")
    return { pid, program: program.trim(), home: homeAmong(files) }
  }
  return undefined
}

async function ownerByLsof(port: number): Promise<Owner | undefined> {
  const listening = await outputOf("lsof", "-nP", `-iTCP:${port}`, "-sTCP:LISTEN", "-Fpc")
  const [, pid, program] = /^p(\d+)\nc(.+)$/m.exec(listening) ?? []
  if (!pid || !program) return undefined
  const files = (await outputOf("lsof", "-nP", "-p", pid, "-Fn"))
    .split("\n")
    .map((line) => line.slice(1))
  return { pid: Number(pid), program, home: homeAmong(files) }
}

/** Amelia keeps its home's lock file open while it runs (src/platform/db/lock.ts). */
function homeAmong(files: string[]): string | undefined {
  const lock = files.find((path) => basename(path) === "db.lock")
  return lock && dirname(lock)
}
