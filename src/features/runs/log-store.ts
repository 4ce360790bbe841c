import { and, desc, eq, inArray, lt } from "drizzle-orm"
import type { Db } from "../../platform/db/db"
import type { Page } from "../../platform/db/page"
import { type LogRow, type RunRow, runLogs } from "../../platform/db/schema/runs"
import type { LogLevel } from "../../platform/shapes/run"
import type { WorkflowNode } from "../../platform/shapes/workflow-node"
import { agentIdOf } from "./read/ref"

const MESSAGE_MAX = 1000

/** Store log lines in the transaction of what they tell, so that they cost no commit. */
export async function logStep(
  db: Db,
  run: RunRow,
  node: WorkflowNode,
  level: LogLevel,
  messages: string[],
): Promise<void> {
  const shared = { runId: run.id, node: node.id, agentId: agentIdOf(node), level, at: new Date() }
  const lines = messages.map((message) => {
    const line = `${node.name}: ${message}`.replace(/\s+/g, " ")
    return { ...shared, message: line.slice(0, MESSAGE_MAX).toWellFormed() }
  })
  await db.insert(runLogs).values(lines)
}

export type LogFilter = { runId?: string; agentId?: string }

/** Returns the newest lines of a run, of an agent, or of an agent in a run, newest first. */
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

/** Deletes up to `limit` log lines of a run. Returns the number deleted. */
export async function deleteSomeLines(db: Db, runId: string, limit: number): Promise<number> {
  const some = db.select({ id: runLogs.id }).from(runLogs).where(eq(runLogs.runId, runId))
  const deleted = await db
    .delete(runLogs)
    .where(inArray(runLogs.id, some.limit(limit)))
    .returning({ id: runLogs.id })
  return deleted.length
}
