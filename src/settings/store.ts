import { inArray, sql } from "drizzle-orm"
import type { Db } from "../db/db"
import { changedSettings } from "./table"

/** The changed settings as text. */
export async function listChanged(db: Db): Promise<{ name: string; value: string }[]> {
  const { name, value } = changedSettings
  return db.select({ name, value }).from(changedSettings)
}

export async function putChanged(
  db: Db,
  settings: { name: string; value: string }[],
): Promise<void> {
  if (settings.length === 0) return
  const set = { value: sql`excluded.value`, updatedAt: sql`excluded.updated_at` }
  await db
    .insert(changedSettings)
    .values(settings)
    .onConflictDoUpdate({ target: changedSettings.name, set })
}

export async function deleteChanged(db: Db, names: string[]): Promise<void> {
  if (names.length === 0) return
  await db.delete(changedSettings).where(inArray(changedSettings.name, names))
}
