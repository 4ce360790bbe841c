import type { SQL } from "drizzle-orm"
import type { Db } from "../../platform/db/db"
import { insertTogether } from "../../platform/db/writes"
import { DatabaseSaver } from "./checkpoint"
import { type Notes, storing } from "./checkpoint-store"

/**
 * A saver that keeps what it is given until the next transaction of its run takes it along, which
 * spares two commits a step. Should the process die before that, a start from the last checkpoint
 * finds the steps that it does not know of as finished rows, and catches up.
 */
export class LaggingSaver extends DatabaseSaver {
  #waiting: Notes[] = []

  protected override async store(notes: Notes): Promise<void> {
    this.#waiting.push(notes)
  }

  /**
   * The statements that store what waits, `when` that holds; `stored` is to be called once they are
   * committed.
   */
  waiting(when?: SQL): { statements: SQL[]; stored: () => void } {
    const taken = [...this.#waiting]
    const checkpoints = taken.flatMap(({ checkpoints }) => checkpoints)
    const values = taken.flatMap(({ values }) => values)
    // What was written after a checkpoint is in the one that follows it.
    const followed = new Set(checkpoints.map(({ parentId }) => parentId))
    const writes = taken
      .flatMap(({ writes }) => writes)
      .filter(({ checkpointId }) => !followed.has(checkpointId))
    const stored = () => {
      this.#waiting = this.#waiting.filter((notes) => !taken.includes(notes))
    }
    return { statements: storing({ checkpoints, values, writes }, when), stored }
  }

  /** Stores what waits, in the run's last transaction. */
  async flush(db: Db): Promise<void> {
    await insertTogether(db, this.waiting().statements)
  }
}
