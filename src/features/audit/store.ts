import { desc, lt } from "drizzle-orm"
import type { Db } from "../../platform/db/db"
import type { Page } from "../../platform/db/page"
import { type AuditRow, audit } from "../../platform/db/schema/audit"

export async function insertEntry(db: Db, entry: typeof audit.$inferInsert): Promise<void> {
  await db.insert(audit).values(entry)
}

export function listEntries(db: Db, { limit, before }: Page): Promise<AuditRow[]> {
  return db
    .select()
    .from(audit)
    .where(before === undefined ? undefined : lt(audit.id, before))
    .orderBy(desc(audit.id))
    .limit(limit)
}
