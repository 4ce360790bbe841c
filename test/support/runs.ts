import type { Run } from "../../src/features/runs/schema"
import type { PublishedEvent } from "../../src/platform/events/event"
import type { Client } from "../../src/ways-in/client/client"

const UNFINISHED = ["running", "waiting", "paused"]

/** Waits, by its events, until a run is over or nobody runs it any more. */
export async function finished(client: Client, runId: string, signal?: AbortSignal): Promise<Run> {
  for await (const event of client.events({ runId, lastEventId: 0, ...(signal && { signal }) })) {
    if (!/^(workflow|system)\./.test(event.type) || event.id === null) continue
    const run = await client.getRun(runId)
    if (!UNFINISHED.includes(run.status)) return run
  }
  throw new Error(`The events of run ${runId} ended before the run did.`)
}

/**
 * As `finished`, with somebody who has the first version of what waits at a gate changed, and
 * approves the next.
 */
export async function steered(client: Client, runId: string, signal?: AbortSignal): Promise<Run> {
  for await (const event of client.events({ runId, lastEventId: 0, ...(signal && { signal }) })) {
    if (!/^(workflow|system)\./.test(event.type) || event.id === null) continue
    const run = await client.getRun(runId)
    const { node, version = 0, reason } = run.waiting ?? {}
    if (node && reason === "gate") {
      const again = { decision: "request_changes", version, feedback: "Clearer." } as const
      await client.decide(runId, node, version === 1 ? again : { decision: "approve", version })
    } else if (!UNFINISHED.includes(run.status)) return run
  }
  throw new Error(`The events of run ${runId} ended before the run did.`)
}

/** Waits, by its events, until a run is as it should be. */
export async function reached(
  client: Client,
  runId: string,
  isThere: (run: Run) => boolean,
): Promise<Run> {
  for await (const _ of client.events({ runId, lastEventId: 0 })) {
    const run = await client.getRun(runId)
    if (isThere(run)) return run
  }
  throw new Error(`The events of run ${runId} ended before it was there.`)
}

/** All events of record, oldest first. */
export async function historyOf(url: string): Promise<PublishedEvent[]> {
  const events: PublishedEvent[] = []
  for (;;) {
    const after = events.at(-1)?.id ?? 0
    const answer = await fetch(`${url}/api/events/history?limit=200&after=${after}`)
    const page = (await answer.json()) as PublishedEvent[]
    if (page.length === 0) return events
    events.push(...page)
  }
}
