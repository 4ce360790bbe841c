import type { Client } from "../../src/client"
import type { Run } from "../../src/runs/schema"

const UNFINISHED = ["running", "waiting", "paused"]

/** Waits, by its events, until a run is over. */
export async function finished(client: Client, runId: string): Promise<Run> {
  for await (const event of client.events({ runId, lastEventId: 0 })) {
    if (!event.type.startsWith("workflow.") || event.id === null) continue
    const run = await client.getRun(runId)
    if (!UNFINISHED.includes(run.status)) return run
  }
  throw new Error(`The events of run ${runId} ended before the run did.`)
}
