import { descendantsOf, listProcesses, type Process } from "../processes/processes"
import type { Sockets } from "./sockets"

/** A process exists shortly before it gets its environment. */
const SETTLED_AFTER_MS = 1000

type Known = { started: string; isOfRun: boolean; seen_at: number; isSettled: boolean }

/**
 * Tracks the processes started by runs, with all their descendants. A process is recognized by the
 * marker in its environment or by an ancestor that has it, and stays known whatever it does to its
 * environment or parents. The run that this server itself works in, if any, doesn't count.
 */
export class RunProcesses {
  /** By process id; `started` tells a process from a later one with the same id. */
  private readonly known = new Map<number, Known>()
  private ownMarkers: Set<string> | undefined

  constructor(private readonly sockets: Pick<Sockets, "markersOf">) {}

  async list(): Promise<{ ofRuns: number[]; others: number[] }> {
    const all = listProcesses().filter(({ isZombie }) => !isZombie)
    this.ownMarkers ??= await this.markersAbove(process.pid, all)
    await this.readMarkers(all, this.ownMarkers)
    const isKnown = ({ pid }: Process) => this.known.get(pid)?.isOfRun === true
    for (const { pid } of all.filter(isKnown)) {
      for (const descendant of descendantsOf(pid, all)) this.know(descendant, true)
    }
    const [ofRuns, others] = [all.filter(isKnown), all.filter((it) => !isKnown(it))]
    return { ofRuns: ofRuns.map(pidOf), others: others.map(pidOf) }
  }

  private async readMarkers(all: Process[], own: Set<string>): Promise<void> {
    const present = new Set(all.map(pidOf))
    for (const pid of this.known.keys()) if (!present.has(pid)) this.known.delete(pid)
    const strangers = all.filter(({ pid, started }) => {
      const known = this.known.get(pid)
      return known?.started !== started || !(known.isOfRun || known.isSettled)
    })
    const markers = await this.sockets.markersOf(strangers.map(pidOf))
    for (const it of strangers) {
      const marker = markers.get(it.pid)
      this.know(it, marker !== undefined && !own.has(marker))
    }
  }

  private async markersAbove(pid: number, all: Process[]): Promise<Set<string>> {
    const parents = new Map(all.map(({ pid, parent }) => [pid, parent]))
    const line: number[] = []
    for (let at: number | undefined = pid; at; at = parents.get(at)) line.push(at)
    return new Set((await this.sockets.markersOf(line)).values())
  }

  private know({ pid, started }: Process, isOfRun: boolean): void {
    const before = this.known.get(pid)
    const now = performance.now()
    const seen_at = before?.started === started ? before.seen_at : now
    this.known.set(pid, { started, isOfRun, seen_at, isSettled: now - seen_at > SETTLED_AFTER_MS })
  }
}

function pidOf({ pid }: Process): number {
  return pid
}
