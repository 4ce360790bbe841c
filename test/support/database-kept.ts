import { expect } from "bun:test"
import { sql } from "drizzle-orm"
import { openDatabase } from "../../src/platform/db/open"

/**
 * Opens a home, at the first try, in which processes of database-crash-child.ts were killed. Finds
 * there all rows up to `said` and perhaps more, each whole, and the same by the index.
 */
export async function expectKept(home: string, said: number): Promise<void> {
  const { db, close } = await openDatabase({ databaseUrl: undefined, poolSize: 1, home })
  const [found] = await db.execute<{ last: number }>(
    sql`select (select n from total) as last, count(distinct n)::int as rows, count(*)::int as parts,
        (count(*) filter (where s <> content(n, part)))::int as torn from kept`,
  )
  const last = found?.last ?? 0
  expect(found).toEqual({ last, rows: last, parts: 3 * last, torn: 0 } as never)
  expect(last).toBeGreaterThanOrEqual(said)
  const indexed = await db.transaction(async (tx) => {
    await tx.execute(sql`set local enable_seqscan = off`)
    return tx.execute(sql`select count(*)::int as parts from kept where n > 0`)
  })
  expect([...indexed]).toEqual([{ parts: 3 * last }])
  await close()
}
