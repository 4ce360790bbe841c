import { readdir, readFile, readlink } from "node:fs/promises"
import { connect } from "node:net"
import { basename, dirname } from "node:path"
import { isLoopback } from "../config/rules"

/** Local connections are accepted or refused at once; other machines may never answer. */
const PATIENCE_MS = 1000
/** The state "listening" in /proc/net/tcp. */
const LISTENING = "0A"

/** The owner is unknown if another user runs it. `home` is set if it is an Amelia. */
export type Listener = { address: string; port: number } & Partial<Owner>
type Owner = { pid: number; program: string; home: string | undefined }

/**
 * Returns the process that already listens on `host` and `port`, or undefined. Checks both loopback
 * addresses for a local server, because `localhost` may resolve to either.
 */
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
  const tables = await Promise.all(["tcp", "tcp6"].map((name) => readText(`/proc/net/${name}`)))
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, "0")}`
  const sockets = tables
    .join("\n")
    .split("\n")
    .flatMap((line) => {
      const [, address, , state, , , , , , inode] = line.trim().split(/\s+/)
      return address?.endsWith(suffix) && state === LISTENING ? [`socket:[${inode}]`] : []
    })
  for (const name of await readdir("/proc")) {
    const pid = Number(name)
    const files = Number.isInteger(pid) ? await openFiles(pid) : []
    if (!sockets.some((socket) => files.includes(socket))) continue
    const program = (await readText(`/proc/${pid}/comm`)).trim()
    return { pid, program, home: homeAmong(files) }
  }
  return undefined
}

/** Files that a process has open. Empty if it has ended or belongs to another user. */
async function openFiles(pid: number): Promise<string[]> {
  const directory = `/proc/${pid}/fd`
  const names = await readdir(directory).catch(() => [])
  return await Promise.all(names.map((it) => readlink(`${directory}/${it}`).catch(() => "")))
}

async function ownerByLsof(port: number): Promise<Owner | undefined> {
  const listening = await lsof(`-iTCP:${port}`, "-sTCP:LISTEN", "-Fpc")
  const [, pid, program] = /^p(\d+)\nc(.+)$/m.exec(listening) ?? []
  if (!pid || !program) return undefined
  const files = (await lsof("-p", pid, "-Fn")).split("\n").map((line) => line.slice(1))
  return { pid: Number(pid), program, home: homeAmong(files) }
}

/** Amelia keeps its home's lock file open while it runs (src/platform/db/lock.ts). */
function homeAmong(files: string[]): string | undefined {
  const lock = files.find((path) => basename(path) === "db.lock")
  return lock && dirname(lock)
}

async function lsof(...options: string[]): Promise<string> {
  try {
    const { stdout } = Bun.spawn(["lsof", "-nP", ...options], { stderr: "ignore" })
    return await new Response(stdout).text()
  } catch {
    // lsof is not installed.
    return ""
  }
}

function readText(path: string): Promise<string> {
  return readFile(path, "utf8").catch(() => "")
}
