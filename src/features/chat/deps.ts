import type { DocumentDeps } from "../documents/deps"
import type { UsageDeps } from "../usage/deps"
import type { Generations } from "./generations"

export type ChatDeps = UsageDeps &
  DocumentDeps & {
    generations: Generations
  }
