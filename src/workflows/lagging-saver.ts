import type { Db } from "../db/db"
import { DatabaseSaver } from "./checkpoint"

type Write = (db: Db) => Promise<void>

/**
 * A saver that keeps what it is given until the next transaction of its run takes it along, which
 * spares two commits a step. Should the process die before that, a start from the last checkpoint
 * finds the steps that it does not know of as finished rows, and catches up.
 */
export class LaggingSaver extends DatabaseSaver {
  #waiting: Write[] = []

  protected override async store(write: Write): Promise<void> {
    this.#waiting.push(write)
  }

  /** Stores what waits, in a transaction. What this gives is to be called once that is committed. */
  async flush(db: Db): Promise<() => void> {
    const taken = [...this.#waiting]
    for (const write of taken) await write(db)
    return () => {
      this.#waiting = this.#waiting.filter((write) => !taken.includes(write))
    }
  }
}
