import { readdirSync, readFileSync } from "node:fs"

/** `started` tells a process from a later one with the same id. */
export type Process = { pid: number; parent: number; started: string; isZombie: boolean }

/** Returns the descendants of a process, including those in other sessions. */
export function descendantsOf(root: number, all: Process[]): Process[] {
  const children = Map.groupBy(all, ({ parent }) => parent)
  const found = children.get(root) ?? []
  // `found` grows while we iterate.
  for (const { pid } of found) found.push(...(children.get(pid) ?? []))
  return found
}

export function listProcesses(): Process[] {
  return process.platform === "linux" ? fromProc() : fromPs()
}

function fromProc(): Process[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => fromStat(Number(pid)) ?? [])
}

/** See proc(5). The name is in parentheses and may contain any character. */
function fromStat(pid: number): Process | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8")
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ")
    const [state, parent] = fields
    return { pid, parent: Number(parent), started: fields[19] ?? "", isZombie: state === "Z" }
  } catch {
    return undefined
  }
}

/** Resident memory of a process and its descendants; 0 if they have ended. */
export function residentBytes(pid: number): number {
  if (process.platform !== "linux") return Number(ps("-o", "rss=", "-p", `${pid}`)) * 1024
  let kilobytes = 0
  try {
    kilobytes = Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0)
  } catch {
    // The process has just ended.
  }
  const children = childrenOf(pid).map(residentBytes)
  return children.reduce((sum, bytes) => sum + bytes, kilobytes * 1024)
}

/** Each thread has its own list. */
function childrenOf(pid: number): number[] {
  try {
    const threads = readdirSync(`/proc/${pid}/task`)
    return threads.flatMap((thread) =>
      readFileSync(`/proc/${pid}/task/${thread}/children`, "utf8")
        .split(" ")
        .filter(Boolean)
        .map(Number),
    )
  } catch {
    // The process has just ended, or this kernel has no such lists.
    return listProcesses().flatMap((it) => (it.parent === pid ? it.pid : []))
  }
}

/** Runs ps with an empty environment, like all programs we start. */
function ps(...options: string[]): string {
  return Bun.spawnSync(["/bin/ps", ...options], { env: {} }).stdout.toString()
}

function fromPs(): Process[] {
  const lines = ps("-A", "-o", "pid=,ppid=,stat=,lstart=").matchAll(
    /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(.+)$/gm,
  )
  return [...lines].map(([, pid, parent, state = "", started = ""]) => {
    return { pid: Number(pid), parent: Number(parent), started, isZombie: state.startsWith("Z") }
  })
}
