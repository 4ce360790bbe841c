import { sql } from "drizzle-orm"
import type { Db } from "./db"

/**
 * Installs the vector extension where that is possible and says whether it is there. A server may
 * lack it or forbid it; then search does without.
 */
export async function ensurePgvector(db: Db): Promise<boolean> {
  try {
    await db.execute(sql`create extension if not exists vector schema public`)
  } catch {
    // The question below tells what matters.
  }
  const rows = await db.execute(sql`select 1 from pg_extension where extname = 'vector'`)
  return rows.length > 0
}
