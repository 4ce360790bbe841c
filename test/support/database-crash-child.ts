/**
 * A process for a test to kill. It opens the database of a home, says "begin", does what is asked
 * for and says "done". Each number that it says is that of the last row that is committed.
 * Arguments: home, phase.
 */
import { writeSync } from "node:fs"
import { type SQL, sql } from "drizzle-orm"
import type { Db } from "../../src/platform/db/db"
import { openDatabase } from "../../src/platform/db/open"

const BULK = 200

const [home = "", phase = ""] = process.argv.slice(2)
const say = (line: string | number) => writeSync(1, `${line}\n`)
const options = { databaseUrl: undefined, poolSize: 1, home }
setInterval(() => {}, 1000)

if (phase === "open") say("begin")
const { db, close } = await openDatabase(options)
if (phase !== "open") await perform(db)
say("done")

async function perform(db: Db): Promise<void> {
  const first = await prepare(db)
  switch (phase) {
    case "write":
      say("begin")
      for (let n = first; ; n++) await keep(db, n, n)
    case "upkeep":
      // Enough for checkpoints by size, and for tables that need ANALYZE and VACUUM.
      say("begin")
      for (let n = first; ; n += BULK) {
        await keep(db, n, n + BULK - 1)
        await rewrite(db, n)
      }
    case "close":
      await keep(db, first, first + BULK - 1)
      say("begin")
      return close()
    default:
      await keep(db, first, first + BULK - 1)
      await rewrite(db, first)
      say("begin")
      await db.execute(sql.raw(phase))
  }
}

/** Makes the tables unless they are there; the number of the first row to write. */
async function prepare(db: Db): Promise<number> {
  const content = sql`select string_agg(sha512(concat_ws('.', n, part, i)::bytea)::text, '')
    from generate_series(1, 18) i`
  const statements: SQL[] = [
    sql`create table if not exists kept (n int, part int, s text, primary key (n, part))`,
    sql`create table if not exists total (n int)`,
    sql`create or replace function content(n int, part int) returns text
      language sql immutable return (${content})`,
    sql`insert into total select 0 where not exists (select from total)`,
  ]
  return db.transaction(async (tx) => {
    for (const statement of statements) await tx.execute(statement)
    const [row] = await tx.execute<{ n: number }>(sql`select n from total`)
    return Number(row?.n) + 1
  })
}

/** Each row has three parts, of which each is too long for a page to hold four. */
async function keep(db: Db, from: number, to: number): Promise<void> {
  await db.transaction(async (tx) => {
    await tx.execute(
      sql`insert into kept select n, part, content(n, part)
        from generate_series(${from}::int, ${to}::int) n, generate_series(1, 3) part`,
    )
    await tx.execute(sql`update total set n = ${to}`)
  })
  say(to)
}

/** Leaves a dead row for each live one. */
async function rewrite(db: Db, from: number): Promise<void> {
  await db.execute(sql`update kept set s = s || '' where n >= ${from}`)
}
