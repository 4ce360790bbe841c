/**
 * A process that is looked at from outside while it writes the numbers from 1 to `count` to a new
 * table in the database of a home. Arguments: home, table, count.
 */
import { sql } from "drizzle-orm"
import { openDatabase } from "../../src/platform/db/open"

const [home = "", table = "rows", count = "0"] = process.argv.slice(2)
const { db, close } = await openDatabase({ databaseUrl: undefined, poolSize: 1, home })
await db.execute(sql`create table ${sql.identifier(table)} (n int)`)
for (let n = 1; n <= Number(count); n++) {
  await db.execute(sql`insert into ${sql.identifier(table)} values (${n})`)
}
await close()
