import { expect, test } from "bun:test"
import { mkdir, readdir } from "node:fs/promises"
import { join } from "node:path"
import { setTimeout as delay } from "node:timers/promises"
import { sql } from "drizzle-orm"
import { drizzleDirectory } from "../src/embedded"
import { pack } from "../src/platform/db/embedded/archive"
import { migrate } from "../src/platform/db/migrate"
import { openDatabase } from "../src/platform/db/open"
import {
  killWithin,
  momentOf,
  oneOf,
  play,
  type Random,
  SEED,
  share,
  victim,
} from "./support/crashes"
import { emptyHome, freshHome } from "./support/database"
import { launchProcess, serveProcess } from "./support/process"
import { historyOf } from "./support/runs"

const open = (home: string) => openDatabase({ databaseUrl: undefined, poolSize: 1, home })

const databasesIn = async (home: string) =>
  (await readdir(home)).filter((name) => /^db(\.new.*)?$/.test(name))

const STARTS = share(0.15)

test(`${STARTS} SIGKILLs of first starts, and the next start finds nothing half done (seed ${SEED})`, async () => {
  let start_ms = 2000
  await play(STARTS, async (_, random) => {
    await using at = await emptyHome()
    const begun = performance.now()
    await using killed = launchProcess({ home: at.home })
    const serving = killed.serving.then(() => {
      start_ms = performance.now() - begun
    })
    await Promise.race([momentOfStart(at.home, random, start_ms), serving])
    await killed.kill()
    await using next = await serveProcess({ home: at.home })
    const { checks } = await next.client.health()
    expect(checks).toMatchObject({ database: { status: "healthy" } })
    expect(await databasesIn(at.home)).toEqual(["db"])
    expect(await next.stop()).toBe(0)
  })
}, 900_000)

/** Any one, or that in which the new database appears, beside its place or in it. */
function momentOfStart(home: string, random: Random, start_ms: number): Promise<unknown> {
  const appears = async (name: RegExp) => {
    while (!(await readdir(home)).some((it) => name.test(it))) await delay(1)
  }
  return oneOf(random, [
    () => delay(random() * start_ms),
    () => appears(/^db$/),
    () => appears(/^db\.new-/).then(() => delay(momentOf(random, start_ms / 2))),
  ])()
}

const UNPACKINGS = share(0.05)

test(`${UNPACKINGS} SIGKILLs while the binary's database is unpacked leave nothing half done (seed ${SEED})`, async () => {
  await using made = await freshHome()
  const archive = join(made.home, "database.tar.gz")
  await Bun.write(archive, await pack(join(made.home, "db")))
  const unpacking = { duration_ms: 200 }
  await play(UNPACKINGS, async (_, random) => {
    await using at = await emptyHome()
    const killed = victim("database-unpack-child.ts", at.home, archive)
    await killWithin(killed, unpacking, random)
    await (await open(at.home)).close()
    expect(await databasesIn(at.home)).toEqual(["db"])
  })
}, 900_000)

const MIGRATIONS = share(0.1)

test(`${MIGRATIONS} SIGKILLs of migrations, and the next start has all migrations and the rows (seed ${SEED})`, async () => {
  const journal = await Bun.file(join(drizzleDirectory(), "meta/_journal.json")).json()
  const latest = journal.entries.length
  const opening = { duration_ms: 400 }
  await play(MIGRATIONS, async (round, random) => {
    await using at = await freshHome()
    await takeBack(at.home, journal, round % latest)
    const killed = victim("database-crash-child.ts", at.home, "open")
    // The engine starts first.
    await killWithin(killed, opening, () => 0.3 + 0.7 * random())
    const { db, close } = await open(at.home)
    const count = sql`select (select count(*) from amelia.migrations)::int as migrations,
      (select count(*) from kept)::int as rows`
    expect([...(await db.execute(count))]).toEqual([{ migrations: latest, rows: 1000 }])
    await close()
  })
}, 900_000)

/** Creates a home's database as after the first `count` migrations, with rows in it. */
async function takeBack(
  home: string,
  journal: { entries: { tag: string }[] },
  count: number,
): Promise<void> {
  const folder = join(home, "older")
  const entries = journal.entries.slice(0, count)
  await mkdir(join(folder, "meta"), { recursive: true })
  await Bun.write(join(folder, "meta/_journal.json"), JSON.stringify({ ...journal, entries }))
  for (const { tag } of entries) {
    await Bun.write(join(folder, `${tag}.sql`), Bun.file(join(drizzleDirectory(), `${tag}.sql`)))
  }
  const { db, close } = await open(home)
  await db.execute(sql`drop schema amelia cascade`)
  await migrate(db, folder)
  await db.execute(sql`create table public.kept as select n from generate_series(1, 1000) n`)
  await close()
}

const UPLOADS = share(0.1)

test(`${UPLOADS} SIGKILLs during uploads: acknowledged documents are there, and nothing is half done (seed ${SEED})`, async () => {
  await play(UPLOADS, async (_, random) => {
    await using at = await freshHome()
    await using killed = await serveProcess({
      home: at.home,
      env: { RATE_LIMIT_UPLOADS: "100000/minute" },
    })
    const acknowledged: string[] = []
    const upload = async (name: string) => {
      const [{ id = "" } = {}] = await killed.client.uploadDocuments([
        { name: `${name}.md`, content: new Blob([contentOf(`${name}.md`)]) },
      ])
      acknowledged.push(id)
    }
    const uploader = async (who: string) => {
      for (let n = 0; ; n++) await upload(`${who}${n}`)
    }
    const uploading = Promise.allSettled([uploader("a"), uploader("b")])
    await delay(20 + momentOf(random, 500))
    await killed.kill()
    await uploading

    await using next = await serveProcess({ home: at.home })
    const { client } = next
    const there = await client.listDocuments({ limit: 200 })
    expect(there.map(({ id }) => id)).toEqual(expect.arrayContaining(acknowledged))
    for (const { id, name, status } of there) {
      expect(status).toBe("indexed")
      expect((await client.getDocument(id)).content).toBe(contentOf(name))
      const [found] = await client.search({ query: name.replace(".md", "word"), mode: "lexical" })
      expect(found?.document_id).toBe(id)
    }
    const events = await historyOf(next.url)
    expect(events.map(({ id }) => id)).toEqual(events.map((_, index) => index + 1))
    expect(
      events
        .map(({ type, data }) => `${type} ${(data as { document_id?: string }).document_id}`)
        .sort(),
    ).toEqual(
      there.flatMap(({ id }) => [`document.indexed ${id}`, `document.uploaded ${id}`]).sort(),
    )
  })
}, 900_000)

/** Some passages that belong to this name alone. */
function contentOf(name: string): string {
  const word = name.replace(".md", "word")
  return `# ${name}\n\n${`The ${word} stands in each sentence of this text. `.repeat(60)}\n`
}
