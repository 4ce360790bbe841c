import { and, desc, eq, inArray, lt } from "drizzle-orm"
import type { Db } from "../../platform/db/db"
import { firstRow } from "../../platform/db/first-row"
import type { Page } from "../../platform/db/page"
import { type AgentRow, agents } from "../../platform/db/schema/agents"

export async function findAgent(db: Db, id: string): Promise<AgentRow | undefined> {
  const [agent] = await db.select().from(agents).where(eq(agents.id, id))
  return agent
}

export async function findAgents(db: Db, ids: string[]): Promise<AgentRow[]> {
  return ids.length === 0 ? [] : db.select().from(agents).where(inArray(agents.id, ids))
}

export async function listAgents(db: Db, { limit, before }: Page): Promise<AgentRow[]> {
  return db
    .select()
    .from(agents)
    .where(before ? lt(agents.id, before) : undefined)
    .orderBy(desc(agents.id))
    .limit(limit)
}

export async function insertAgent(db: Db, agent: typeof agents.$inferInsert): Promise<AgentRow> {
  return firstRow(await db.insert(agents).values(agent).returning())
}

/** Changes an agent if it still has this version, so that only one of two writers wins. */
export async function updateAgent(
  db: Db,
  id: string,
  version: number,
  change: Partial<typeof agents.$inferInsert>,
): Promise<AgentRow | undefined> {
  const [row] = await db
    .update(agents)
    .set({ ...change, version: version + 1 })
    .where(and(eq(agents.id, id), eq(agents.version, version)))
    .returning()
  return row
}

/** Deletes an agent and its runs. */
export async function deleteAgent(db: Db, id: string): Promise<void> {
  await db.delete(agents).where(eq(agents.id, id))
}

export async function countAgents(db: Db): Promise<number> {
  return db.$count(agents)
}
