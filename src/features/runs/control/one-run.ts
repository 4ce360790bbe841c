import { QueryError } from "../../../platform/db/failure"
import { ONE_RUN_AN_AGENT } from "../../../platform/db/schema/runs"
import { AppError } from "../../../platform/errors"

/**
 * Awaits what sets a run of an agent going. Throws AlreadyRunningError if the agent has another one
 * that is not over; the database decides, so that of two starts at once just one wins.
 */
export async function orAlreadyRunning<T>(details: object, going: Promise<T>): Promise<T> {
  return going.catch((error) => {
    if (!(error instanceof QueryError) || error.constraint !== ONE_RUN_AN_AGENT) throw error
    const help = "Wait for its end, or stop it first."
    const sentence = "This agent is at work already."
    throw new AppError("AlreadyRunningError", sentence, { ...details, help }, { cause: error })
  })
}
