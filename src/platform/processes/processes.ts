import { readdirSync, readFileSync } from "node:fs"

/** `started` tells it from a later process with the same id. */
export type Process = { pid: number; parent: number; started: string; isZombie: boolean }

/** Those of `all` that descend from a process, also with sessions of their own. */
export function descendantsOf(root: number, all: Process[]): Process[] {
  const children = Map.groupBy(all, ({ parent }) => parent)
  const found = children.get(root) ?? []
  // It grows while it is walked.
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

/** By proc(5). The name, which stands in parentheses, may hold anything. */
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

/** Memory of a process and its descendants that is not swapped out; 0 if they have ended. */
export function residentBytes(pid: number): number {
  if (process.platform !== "linux") return Number(ps("-o", "rss=", "-p", `${pid}`)) * 1024
  let kilobytes = 0
  try {
    kilobytes = Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0)
  } catch {
    // It has just ended.
  }
  const children = childrenOf(pid).map(residentBytes)
  return children.reduce((sum, bytes) => sum + bytes, kilobytes * 1024)
}

/** Each thread has a list of its own. */
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
    // It has just ended, or this kernel keeps no such lists.
    return listProcesses().flatMap((it) => (it.parent === pid ? it.pid : []))
  }
}

/** With an empty environment, like every program that we start. */
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
