/** A process that a test kills: writes rows to the home of argv and says each one it committed. */
import { sql } from "drizzle-orm"
import { openDatabase } from "../../src/db/open"

const [home = "", table = ""] = process.argv.slice(2)
const { db } = await openDatabase({ databaseUrl: undefined, poolSize: 1, home })
console.log("open")
if (table) {
  await db.execute(sql`create table ${sql.identifier(table)} (n int)`)
  for (let n = 1; ; n++) {
    await db.execute(sql`insert into ${sql.identifier(table)} values (${n})`)
    console.log(n)
  }
}
