import { listCheckpoints } from "../../engines/graph/checkpoint-store"
import { nodeIn } from "../../engines/graph/graph"
import type { Db } from "../../platform/db/db"

export type HistoryEntry = { checkpointId: string; step: number; nodes: string[]; at: string }

type Stored = { ts: string; channel_versions: Record<string, unknown> }

/** Lists a thread's checkpoints, oldest first, without the one that only has the input. */
export async function listHistory(db: Db, threadId: string): Promise<HistoryEntry[]> {
  const rows = (await listCheckpoints(db, { threadId, namespace: "" })).reverse()
  const seen = new Set<string>()
  const entries = rows.map(({ checkpointId, checkpoint, metadata }) => {
    // LangGraph stores all channels or only the new ones.
    const { ts, channel_versions } = checkpoint as Stored
    const nodes = Object.keys(channel_versions).flatMap((channel) => nodeIn(channel) ?? [])
    const added = nodes.filter((node) => !seen.has(node))
    for (const node of added) seen.add(node)
    return { checkpointId, step: Number(metadata.step), nodes: added, at: ts }
  })
  return entries.filter(({ step }) => step >= 0)
}
