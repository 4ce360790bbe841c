import type { Progress } from "./present"
import type { RunRow } from "./table"

/** Why a running step was ended from outside. */
export class RunEnded extends Error {
  override readonly name = "RunEnded"
}

/** A run that this process runs now. */
export type ActiveRun = {
  row: RunRow
  /** Aborted, every call and child of the run ends at once. */
  signal: AbortSignal
  /** True from the moment on in which no further step may begin. */
  draining: () => boolean
  progress: Map<string, Progress>
}
