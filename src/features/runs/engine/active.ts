import type { LaggingSaver } from "../../../engines/graph/lagging-saver"
import type { RunRow } from "../../../platform/db/schema/runs"
import type { Waiting } from "../../../platform/shapes/run"
import type { Progress } from "../read/present"

/** Why a run goes no further here, although nothing failed: it is left as its row says. */
export class RunEnded extends Error {
  override readonly name = "RunEnded"
}

/** Why a run goes no further here: it was asked to pause, and no step of it runs any more. */
export class RunPaused extends Error {
  override readonly name = "RunPaused"
}

/** Why a run goes no further here: a step of it waits for somebody, or for a time. */
export class RunWaits extends Error {
  override readonly name = "RunWaits"

  constructor(readonly waiting: Waiting) {
    super(`The run waits: ${waiting.reason}.`)
  }
}

/** A run that this process runs now. */
export type ActiveRun = {
  row: RunRow
  /** This process, as the run's row names it while it may write steps. */
  owner: string
  /** Aborted, every call and child of the run ends at once. */
  signal: AbortSignal
  /** True from the moment on in which no further step may begin. */
  draining: () => boolean
  /** Of the steps that run now. */
  progress: Map<string, Progress>
  /** The nodes whose steps have ended. */
  finished: Set<string>
  /** Whether a step failed or was skipped, after which others may be needless. */
  hasGap?: boolean
  /** What LangGraph noted since the last commit. */
  checkpoints?: LaggingSaver
}
