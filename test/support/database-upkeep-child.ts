/**
 * A process for a test to kill in the midst of upkeep. It writes rows that are committed, makes
 * half of them dead, then says "now" while VACUUM and CHECKPOINT are at work. Argument: home.
 */
import { sql } from "drizzle-orm"
import { openDatabase } from "../../src/db/open"

const [home = ""] = process.argv.slice(2)
const { db } = await openDatabase({ databaseUrl: undefined, poolSize: 1, home })
await db.execute(sql`create table kept (n int primary key, s text)`)
await db.execute(sql`insert into kept select n, repeat('x', 900) from generate_series(1, 20000) n`)
await db.execute(sql`delete from kept where n % 2 = 0`)
const upkeep = [db.execute(sql`vacuum kept`), db.execute(sql`checkpoint`)]
console.log("now")
await Promise.all(upkeep)
console.log("done")
setInterval(() => {}, 1000)
