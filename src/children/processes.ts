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

function fromPs(): Process[] {
  const { stdout } = Bun.spawnSync(["ps", "-A", "-o", "pid=,ppid=,stat=,lstart="])
  const lines = stdout.toString().matchAll(/^\s*(\d+)\s+(\d+)\s+(\S+)\s+(.+)$/gm)
  return [...lines].map(([, pid, parent, state = "", started = ""]) => {
    return { pid: Number(pid), parent: Number(parent), started, isZombie: state.startsWith("Z") }
  })
}
