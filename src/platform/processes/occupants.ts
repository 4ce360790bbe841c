import { readdirSync, readFileSync, realpathSync } from "node:fs"
import { isIn } from "../files/is-in"
import { linkOf, openFilesOf, outputOf } from "./open-files"

/** A process that works in a directory. */
export type Occupant = { pid: number; name: string }

/**
 * Returns the processes whose current directory or an open file is inside a directory, by the real
 * path of each of these directories. Doesn't see processes of other users.
 */
export async function occupantsOf(directories: string[]): Promise<Map<string, Occupant[]>> {
  const found = new Map<string, Occupant[]>(directories.map((it) => [realPath(it), []]))
  const seen = process.platform === "linux" ? fromProc() : await fromLsof()
  for (const { pid, name, paths } of seen) {
    for (const [directory, occupants] of found) {
      if (paths.some((path) => isIn(path, directory))) occupants.push({ pid, name })
    }
  }
  return found
}

function realPath(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    // It has vanished.
    return path
  }
}

type Seen = Occupant & { paths: string[] }

function fromProc(): Seen[] {
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name))
  return pids.map(Number).flatMap((pid) => {
    if (pid === process.pid) return []
    const paths = [linkOf(`/proc/${pid}/cwd`), ...openFilesOf(pid)]
    return [{ pid, name: nameOf(pid), paths: paths.filter((path) => path.startsWith("/")) }]
  })
}

function nameOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/comm`, "utf8").trim()
  } catch {
    return ""
  }
}

/** See OUTPUT FOR OTHER PROGRAMS in lsof(8): p is a process, c its name, n a file. */
async function fromLsof(): Promise<Seen[]> {
  const found: Seen[] = []
  for (const line of (await outputOf("lsof", "-w", "-n", "-P", "-F", "pcn")).split("\n")) {
    const [kind, value] = [line[0], line.slice(1)]
    if (kind === "p") found.push({ pid: Number(value), name: "", paths: [] })
    const last = found.at(-1)
    if (last && kind === "c") last.name = value
    if (last && kind === "n" && value.startsWith("/")) last.paths.push(value)
  }
  return found.filter(({ pid }) => pid !== process.pid)
}
