import { setTimeout as delay } from "node:timers/promises"
import type { DbDeps } from "../../platform/deps"
import { listDocuments } from "../documents/service"

/** Of the documents that a question names, those added last. */
const LISTED_MAX = 200
const LOOK_MS = 100
/** A large PDF takes this long. What isn't read by then is left out of the answer. */
const READ_MS = 60_000

/** Waits until documents that were just added can be searched. */
export async function whenRead(deps: DbDeps, ids: string[], signal: AbortSignal): Promise<void> {
  if (ids.length === 0) return
  const end = performance.now() + READ_MS
  for (;;) {
    const documents = await listDocuments(deps, { ids, limit: LISTED_MAX })
    const isReading = documents.some(({ status }) => status === "processing")
    if (!isReading || signal.aborted || performance.now() > end) return
    await delay(LOOK_MS)
  }
}
