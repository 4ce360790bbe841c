import type { UsageDeps } from "../usage/deps"
import type { Generations } from "./generations"

/** Dependencies for answering messages. */
export type ChatDeps = UsageDeps & {
  /** The answers that this process is writing. */
  generations: Generations
}
