import type { LaggingSaver } from "../../../engines/graph/lagging-saver"
import type { RunRow } from "../../../platform/db/schema/runs"
import type { Waiting } from "../../../platform/shapes/run"
import type { Progress } from "../read/present"

/** Ends a run in this process although nothing failed: its row says what becomes of it. */
export class RunEnded extends Error {
  override readonly name = "RunEnded"
}

/** Ends a run in this process because somebody paused it, once none of its steps is running. */
export class RunPaused extends Error {
  override readonly name = "RunPaused"
}

/** Ends a run in this process because a step waits for a person or for a time. */
export class RunWaits extends Error {
  override readonly name = "RunWaits"

  constructor(readonly waiting: Waiting) {
    super(`The run waits: ${waiting.reason}.`)
  }
}

/** A run that this process is running. */
export type ActiveRun = {
  row: RunRow
  /** This process, which may write steps as long as the run's row names it as the owner. */
  owner: string
  /** Aborting it ends every call and child process of the run at once. */
  signal: AbortSignal
  /** True once no further step may begin. */
  draining: () => boolean
  /** The progress of running steps, by their `progressKey`. */
  progress: Map<string, Progress>
  /** The text that each running step's model has written so far, by `progressKey`. */
  writing: Map<string, string>
  /** The nodes whose steps have ended. */
  finished: Set<string>
  /** Holds the checkpoints since the run's last commit. */
  saver?: LaggingSaver
}
