/**
 * A process whose home is on a small disk of its own. It writes until that is full, lets the engine
 * end and start there, makes room, and says as JSON what it met. Argument: home.
 */
import { closeSync, openSync, rmSync, writeSync } from "node:fs"
import { join } from "node:path"
import { sql } from "drizzle-orm"
import { openDatabase } from "../../src/platform/db/open"

const [home = ""] = process.argv.slice(2)
const ballast = join(home, "ballast")
const { db, close, interrupt } = await openDatabase({ databaseUrl: undefined, poolSize: 1, home })
await db.execute(sql`create table filled (s text)`)
let committed = 0
const nameOf = (thrown: Error) => thrown.name
const write = async () => {
  await db.execute(sql`insert into filled select repeat('x', 900) from generate_series(1, 500)`)
  committed += 500
  return "written"
}

/** Takes all the room that is left. */
function fill(): void {
  const file = openSync(ballast, "a")
  try {
    for (;;) writeSync(file, Buffer.alloc(4096))
  } catch {
    closeSync(file)
  }
}

/** Writes until that fails, and says how: a start may find room by clearing its log. */
async function writeOn(): Promise<string> {
  let outcome = "written"
  while (outcome === "written") outcome = await write().catch(nameOf)
  return outcome
}

await write()
fill()
const writing = await writeOn()
await interrupt()
const restarted = await writeOn()
rmSync(ballast)
const after = await write()
const [row] = await db.execute<{ n: string }>(sql`select count(*) as n from filled`)
await close()
console.log(JSON.stringify({ writing, restarted, after, lost: committed - Number(row?.n) }))
