import type { Db } from "../../platform/db/db"
import { DatabaseSaver } from "./checkpoint"
import { type CheckpointParts, insertParts } from "./checkpoint-store"

/**
 * Holds checkpoints in memory until the run's next transaction writes them, which saves two commits
 * per step. If the process dies first, the run skips steps whose rows say that they have finished.
 */
export class LaggingSaver extends DatabaseSaver {
  #unwritten: CheckpointParts[] = []

  protected override async store(parts: CheckpointParts): Promise<void> {
    this.#unwritten.push(parts)
  }

  /**
   * Call it inside a transaction, and what it returns if you give that up on purpose. If it fails,
   * use a new saver: this one has forgotten.
   */
  async flush(db: Db): Promise<() => void> {
    const held = this.#unwritten.splice(0)
    const checkpoints = held.flatMap((it) => it.checkpoints)
    // A checkpoint contains the writes that came after its parent.
    const parents = new Set(checkpoints.map(({ parentId }) => parentId))
    await insertParts(db, {
      checkpoints,
      values: held.flatMap((it) => it.values),
      writes: held
        .flatMap((it) => it.writes)
        .filter(({ checkpointId }) => !parents.has(checkpointId)),
    })
    return () => void this.#unwritten.unshift(...held)
  }
}
