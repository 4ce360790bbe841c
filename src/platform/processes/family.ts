import { setTimeout as delay } from "node:timers/promises"
import type { Libc } from "./libc"
import { descendantsOf, listProcesses, type Process } from "./processes"

const AGAIN_MS = 10
/** Nobody survives SIGKILL for long, but for a process that hangs inside the kernel. */
const GIVE_UP_MS = 5_000

/**
 * The descendants of this process. Where it is a subreaper none can leave; elsewhere those are
 * remembered that were seen once, for an orphan no longer tells whose it was.
 */
export class Family {
  private readonly seen = new Map<number, Process>()

  constructor(
    private readonly libc: Libc | undefined,
    /** The child whose exit status Bun waits for. */
    private readonly program: number,
    private readonly isWrapped: boolean,
  ) {}

  /** Who is left of it, after taking leave of the ended that nobody else waits for. */
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

  /** SIGTERM would end a wrapper, and all that is in it, before the program in it can act on it. */
  signal(signal: "SIGTERM" | "SIGKILL"): void {
    for (const { pid } of this.look()) {
      if (signal === "SIGTERM" && this.isWrapped && pid === this.program) continue
      try {
        process.kill(pid, signal)
      } catch {
        // It has just ended, or became another user.
      }
    }
  }

  /** Kills until nobody is left, for who is killed may just have started another one. */
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
