import type { Db } from "../db/db"
import { DatabaseSaver } from "./checkpoint"

/**
 * A saver that asks `guard` before each write, and throws what that throws. A write that slips
 * through between the two does no harm: it has an id of its own, and who starts from it finds
 * the steps that it does not know of as finished rows.
 */
export class GuardedSaver extends DatabaseSaver {
  constructor(
    db: Db,
    private readonly guard: () => Promise<void>,
  ) {
    super(db)
  }

  override async put(...given: Parameters<DatabaseSaver["put"]>) {
    await this.guard()
    return super.put(...given)
  }

  override async putWrites(...given: Parameters<DatabaseSaver["putWrites"]>) {
    await this.guard()
    return super.putWrites(...given)
  }
}
