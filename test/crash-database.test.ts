import { expect, test } from "bun:test"
import { sql } from "drizzle-orm"
import { openDatabase } from "../src/db/open"
import { killWithin, type Phase, play, SEED, share, victim } from "./support/crashes"
import { freshHome } from "./support/database"

/** One after the other, so that crashes come on top of crashes. */
const KILLS_A_HOME = 4
const HOMES = share(0.6 / KILLS_A_HOME)

/** "open" finds what the kill before it left, so that it is killed while the engine recovers. */
const phases = ["open", "CHECKPOINT", "VACUUM kept", "write", "ANALYZE kept", "upkeep", "close"]

/** For a phase that was not seen to end yet. */
const GUESS_MS = 150

test(`${HOMES * KILLS_A_HOME} SIGKILLs of a database at work lose no row that was committed (seed ${SEED})`, async () => {
  const timing = new Map<string, Phase>()
  await play(HOMES, async (round, random) => {
    await using at = await freshHome()
    let said = 0
    for (let nth = 0; nth < KILLS_A_HOME; nth++) {
      const turn = round * (KILLS_A_HOME - 1) + nth - 1
      const phase = nth === 0 ? "write" : `${phases[turn % phases.length]}`
      const known = timing.get(phase) ?? { duration_ms: GUESS_MS }
      timing.set(phase, known)
      const killed = victim("database-crash-child.ts", at.home, phase)
      const lines = await killWithin(killed, known, random)
      said = Math.max(said, ...lines.map(Number).filter(Number.isFinite))
      // Else the next process has to find its way, and is killed as well.
      if (random() < 0.5 || nth === KILLS_A_HOME - 1) await expectKept(at.home, said)
    }
  })
}, 900_000)

/** Opens the home at the first try and finds all that was said to be committed, and it whole. */
async function expectKept(home: string, said: number): Promise<void> {
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
