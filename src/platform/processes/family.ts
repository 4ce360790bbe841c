import { setTimeout as delay } from "node:timers/promises"
import type { Libc } from "./libc"
import { descendantsOf, listProcesses, type Process } from "./processes"

const AGAIN_MS = 10
/** SIGKILL ends every process soon, unless it hangs inside the kernel. */
const GIVE_UP_MS = 5_000

/** As a subreaper it keeps all descendants. Elsewhere it remembers those it has seen. */
export class Family {
  private readonly seen = new Map<number, Process>()

  constructor(
    private readonly libc: Libc | undefined,
    /** The child whose exit status Bun collects. */
    private readonly program: number,
    private readonly isWrapped: boolean,
  ) {}

  /** Returns the living descendants, and reaps ended ones that nobody else waits for. */
  look(): Process[] {
    const all = listProcesses()
    const related = descendantsOf(process.pid, all)
    const now = new Map([...all.filter(({ isZombie }) => !isZombie), ...related].map(byPid))
    for (const it of related) this.seen.set(it.pid, it)
    for (const [pid, { started }] of this.seen) {
      const it = now.get(pid)
      const hasEnded = it?.isZombie && it.parent === process.pid
      if (hasEnded && pid !== this.program) this.libc?.reap(pid)
      if (it?.started !== started || hasEnded) this.seen.delete(pid)
    }
    return [...this.seen.values()]
  }

  /** Sends a signal to all. A wrapper gets no SIGTERM: it would take its program down at once. */
  signal(signal: "SIGTERM" | "SIGKILL"): void {
    for (const { pid } of this.look()) {
      if (signal === "SIGTERM" && this.isWrapped && pid === this.program) continue
      try {
        process.kill(pid, signal)
      } catch {
        // It has just ended, or changed its user.
      }
    }
  }

  /** Kills until none is left, since a killed process may just have started another. */
  async killAll(): Promise<void> {
    const deadline = performance.now() + GIVE_UP_MS
    while (this.look().length > 0 && performance.now() < deadline) {
      this.signal("SIGKILL")
      await delay(AGAIN_MS)
    }
  }
}

function byPid(it: Process): [number, Process] {
  return [it.pid, it]
}
