import { and, desc, eq, inArray, lt, type SQL } from "drizzle-orm"
import type { Db } from "../../platform/db/db"
import type { Page } from "../../platform/db/page"
import { type LogRow, type RunRow, runLogs } from "../../platform/db/schema/runs"
import { insertionOf } from "../../platform/db/writes"
import type { LogLevel } from "../../platform/shapes/run"
import type { WorkflowNode } from "../../platform/shapes/workflow-node"
import { agentIdOf } from "./read/ref"

const MESSAGE_MAX = 1000

/**
 * Says in the log what a step does, in one line. A step has a few lines an attempt; they belong in
 * the transaction of what they tell, so that they cost no commit.
 */
export async function logStep(
  db: Db,
  run: RunRow,
  node: WorkflowNode,
  level: LogLevel,
  said: string[],
): Promise<void> {
  await db.execute(logging(run, node, level, said))
}

/** The statement of `logStep`, which says it only `when` that holds. */
export function logging(
  run: RunRow,
  node: WorkflowNode,
  level: LogLevel,
  said: string[],
  when?: SQL,
): SQL {
  const place = { runId: run.id, node: node.id, agentId: agentIdOf(node), at: new Date() }
  const lines = said.map((message) => {
    const line = `${node.name}: ${message}`.replace(/\s+/g, " ")
    const id = Bun.randomUUIDv7()
    return { id, ...place, level, message: line.slice(0, MESSAGE_MAX).toWellFormed() }
  })
  return insertionOf(runLogs, lines, { when })
}

export type LogFilter = { runId?: string; agentId?: string }

/** The newest lines, newest first; of a run, of an agent, or of both. */
export async function listLog(db: Db, page: Page & LogFilter): Promise<LogRow[]> {
  return db
    .select()
    .from(runLogs)
    .where(
      and(
        page.before ? lt(runLogs.id, page.before) : undefined,
        page.runId ? eq(runLogs.runId, page.runId) : undefined,
        page.agentId ? eq(runLogs.agentId, page.agentId) : undefined,
      ),
    )
    .orderBy(desc(runLogs.id))
    .limit(page.limit)
}

/** Deletes at most `limit` lines of a run; how many it were. */
export async function deleteSomeLines(db: Db, runId: string, limit: number): Promise<number> {
  const some = db.select({ id: runLogs.id }).from(runLogs).where(eq(runLogs.runId, runId))
  const deleted = await db
    .delete(runLogs)
    .where(inArray(runLogs.id, some.limit(limit)))
    .returning({ id: runLogs.id })
  return deleted.length
}
