import type { UsageDeps } from "../usage/deps"
import type { Generations } from "./generations"

/** What answering messages takes. */
export type ChatDeps = UsageDeps & {
  /** Answers being written by this process. */
  generations: Generations
}
