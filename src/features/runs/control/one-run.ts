import { QueryError } from "../../../platform/db/failure"
import { ONE_RUN_AN_AGENT } from "../../../platform/db/schema/runs"
import { AppError } from "../../../platform/errors"

/** Throws AlreadyRunningError for an agent with an unfinished run; the database decides. */
export async function orAlreadyRunning<T>(details: object, going: Promise<T>): Promise<T> {
  return going.catch((error) => {
    if (!(error instanceof QueryError) || error.constraint !== ONE_RUN_AN_AGENT) throw error
    const help = "Wait until it ends, or stop it first."
    const sentence = "This agent is already running."
    throw new AppError("AlreadyRunningError", sentence, { ...details, help }, { cause: error })
  })
}
