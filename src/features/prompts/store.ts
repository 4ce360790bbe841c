import { asc, eq, sql } from "drizzle-orm"
import type { Db } from "../../platform/db/db"
import { type PromptRow, prompts } from "../../platform/db/schema/chat"
import type { PromptChange, PromptInput } from "./schema"

/** Lists prompts by name: all, or those whose name has this text. */
export async function listPrompts(db: Db, part = "", limit = 1000): Promise<PromptRow[]> {
  const has = sql`position(${part.toLowerCase()} in ${prompts.name}) > 0`
  return db.select().from(prompts).where(has).orderBy(asc(prompts.name)).limit(limit)
}

export async function findPrompt(db: Db, key: { id: string } | { name: string }) {
  const isIt = "id" in key ? eq(prompts.id, key.id) : eq(prompts.name, key.name)
  const [row] = await db.select().from(prompts).where(isIt)
  return row
}

/** Returns undefined if there is one of that name. */
export async function insertPrompt(db: Db, prompt: PromptInput): Promise<PromptRow | undefined> {
  const [row] = await db.insert(prompts).values(prompt).onConflictDoNothing().returning()
  return row
}

/** Returns undefined if it is gone. */
export async function updatePrompt(
  db: Db,
  id: string,
  change: PromptChange,
): Promise<PromptRow | undefined> {
  const [row] = await db.update(prompts).set(change).where(eq(prompts.id, id)).returning()
  return row
}

export async function deletePrompt(db: Db, id: string): Promise<void> {
  await db.delete(prompts).where(eq(prompts.id, id))
}
