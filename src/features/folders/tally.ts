import type { FolderFileRow } from "../../platform/db/schema/folders"
import type { SyncCounts } from "../../platform/shapes/sync-counts"
import type { FolderPlan } from "./schema"

const LISTED_MAX = 1000

/** Collects what a sync does. New content that is gone from another path counts as moved. */
export class Tally {
  readonly #added: string[] = []
  readonly #changed: string[] = []
  readonly #moved: { from: string; to: string }[] = []
  readonly #skipped: { path: string; reason: string }[] = []
  readonly #gone = new Map<string, string[]>()
  #unchanged = 0

  constructor(gone: FolderFileRow[]) {
    for (const { path, contentHash, documentId } of gone) {
      if (contentHash === null || documentId === null) continue
      this.#gone.set(contentHash, [...(this.#gone.get(contentHash) ?? []), path])
    }
  }

  added(path: string, hash: string): void {
    const from = this.#gone.get(hash)?.pop()
    if (from === undefined) this.#added.push(path)
    else this.#moved.push({ from, to: path })
  }

  changed(path: string): void {
    this.#changed.push(path)
  }

  skipped(path: string, reason: string): void {
    this.#skipped.push({ path, reason })
  }

  unchanged(count = 1): void {
    this.#unchanged += count
  }

  get counts(): SyncCounts {
    return {
      added: this.#added.length,
      changed: this.#changed.length,
      moved: this.#moved.length,
      removed: this.#removed().length,
      unchanged: this.#unchanged,
      skipped: this.#skipped.length,
    }
  }

  plan(path: string): FolderPlan {
    const first = (paths: string[]) => paths.toSorted().slice(0, LISTED_MAX)
    return {
      path,
      counts: this.counts,
      added: first(this.#added),
      changed: first(this.#changed),
      moved: this.#moved.slice(0, LISTED_MAX),
      removed: first(this.#removed()),
      skipped: this.#skipped.slice(0, LISTED_MAX),
    }
  }

  #removed(): string[] {
    return [...this.#gone.values()].flat()
  }
}
