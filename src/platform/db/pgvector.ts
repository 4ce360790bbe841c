import { sql } from "drizzle-orm"
import type { Db } from "./db"

/**
 * Installs the vector extension if possible. Returns true if it is available. Servers may lack it
 * or forbid it; search then works without.
 */
export async function ensurePgvector(db: Db): Promise<boolean> {
  try {
    await db.execute(sql`create extension if not exists vector schema public`)
  } catch {
    // The query below decides.
  }
  const rows = await db.execute(sql`select 1 from pg_extension where extname = 'vector'`)
  return rows.length > 0
}
