import type { UsageDeps } from "../usage/deps"
import type { Generations } from "./generations"

export type ChatDeps = UsageDeps & {
  generations: Generations
}
