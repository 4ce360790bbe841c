import { readdirSync, readlinkSync } from "node:fs"
import { readFile } from "node:fs/promises"

/** A row of /proc/net/tcp, see proc(5). Addresses are in hex, as `0100007F:1F90`. */
export type SocketRow = { local: string; remote: string; state: string; uid: number; inode: number }

export async function listSockets(): Promise<SocketRow[]> {
  const lists = await Promise.all([
    readFile("/proc/net/tcp", "utf8"),
    // Without IPv6 this list doesn't exist.
    readFile("/proc/net/tcp6", "utf8").catch(() => ""),
  ])
  const lines = lists.flatMap((list) => list.trim().split("\n").slice(1))
  return lines.map((line) => {
    const [, local = "", remote = "", state = "", , , , uid, , inode] = line.trim().split(/\s+/)
    return { local, remote, state, uid: Number(uid), inode: Number(inode) }
  })
}

/** Returns the name under which `openFilesOf` yields a socket. */
export function socketName(inode: number): string {
  return `socket:[${inode}]`
}

/** Yields what a process has open; nothing if it has ended or belongs to another user. */
export function* openFilesOf(pid: number): Generator<string, undefined> {
  const directory = `/proc/${pid}/fd`
  try {
    for (const name of readdirSync(directory)) yield linkOf(`${directory}/${name}`)
  } catch {
    // It has ended, or belongs to another user.
  }
}

export function linkOf(path: string): string {
  try {
    return readlinkSync(path)
  } catch {
    return ""
  }
}

/** Returns what a system program prints. Empty if it fails, as lsof does when it finds nothing. */
export async function outputOf(...argv: string[]): Promise<string> {
  const env = { PATH: "/usr/sbin:/usr/bin:/sbin:/bin", LC_ALL: "C" }
  try {
    const child = Bun.spawn(argv, { env, stdio: ["ignore", "pipe", "ignore"] })
    return await new Response(child.stdout).text()
  } catch {
    // It is not installed.
    return ""
  }
}
