import { inArray, sql } from "drizzle-orm"
import type { Db } from "../../platform/db/db"
import { changedSettings } from "../../platform/db/schema/settings"
import type { Changed } from "./changed"

export async function listChanged(db: Db): Promise<Changed[]> {
  const { name, value } = changedSettings
  return db.select({ name, value }).from(changedSettings)
}

export async function putChanged(db: Db, settings: Changed[]): Promise<void> {
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
