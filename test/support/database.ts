import { createHash } from "node:crypto"
import { existsSync, statfsSync } from "node:fs"
import { mkdir, mkdtemp, readdir, rename, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { drizzleDirectory } from "../../src/embedded"
import type { Database } from "../../src/platform/db/db"
import { openDatabase } from "../../src/platform/db/open"
import { databaseServer, serverDatabase } from "./server-database"

/** A home takes 31 MB, and a hundred tests may leave theirs behind. */
const ROOM_BYTES = 4 * 1024 ** 3

/** A directory for one test, removed at the end of its scope. */
export type TestHome = AsyncDisposable & { home: string }

/** An empty home, as before a first start. */
export async function emptyHome(): Promise<TestHome> {
  const home = await mkdtemp(join(place(), "amelia-home-"))
  return { home, [Symbol.asyncDispose]: () => rm(home, { recursive: true, force: true }) }
}

/** A home whose database is migrated and empty: a copy, so that nobody waits for a first start. */
export async function freshHome(): Promise<TestHome> {
  const from = await snapshot()
  const made = await emptyHome()
  // Twenty times as fast as node:fs.
  await Bun.$`cp -R ${from} ${join(made.home, "db")}`
  return made
}

/** Another home with all that a home has that nobody uses. */
export async function copyOf({ home }: Pick<TestHome, "home">): Promise<TestHome> {
  const made = await emptyHome()
  await Bun.$`cp -R ${home}/. ${made.home}`
  return made
}

/** The migrated directory to copy, made once for each state of migrations and dependencies. */
async function snapshot(): Promise<string> {
  const home = join(place(), `amelia-snapshot-${await stateOfMigrations()}`)
  const directory = join(home, "db")
  if (await Bun.file(join(directory, "PG_VERSION")).exists()) return directory
  const { home: beside } = await emptyHome()
  const database = await openDatabase({ databaseUrl: undefined, poolSize: 1, home: beside })
  await database.close()
  await mkdir(home, { recursive: true })
  await rename(join(beside, "db"), directory).catch(async (thrown) => {
    // Another test process was quicker, which is as good.
    if (!(await Bun.file(join(directory, "PG_VERSION")).exists())) throw thrown
  })
  await rm(beside, { recursive: true, force: true })
  return directory
}

/** Memory where there is plenty, because a thousand files take a second to copy on some disks. */
function place(): string {
  const memory = "/dev/shm"
  if (!existsSync(memory)) return tmpdir()
  const { bavail, bsize } = statfsSync(memory)
  return bavail * bsize > ROOM_BYTES ? memory : tmpdir()
}

async function stateOfMigrations(): Promise<string> {
  const folder = drizzleDirectory()
  const lock = Bun.file(join(folder, "../bun.lock"))
  const hash = createHash("sha256").update(await lock.bytes())
  for (const name of (await readdir(folder, { recursive: true })).sort()) {
    const file = Bun.file(join(folder, name))
    if (/_journal.json$|\.sql$/.test(name)) hash.update(name).update(await file.bytes())
  }
  return hash.digest("hex").slice(0, 16)
}

/** A fresh home, or an empty one with a database of its own on the server under test. */
export async function freshData(): Promise<TestHome & { databaseUrl?: string }> {
  return databaseServer ? freshDataOn(databaseServer) : freshHome()
}

/** An empty home whose settings name a migrated database of its own on that server. */
export async function freshDataOn(server: string): Promise<TestHome & { databaseUrl: string }> {
  const { home, ...made } = await emptyHome()
  const database = await serverDatabase(server, await stateOfMigrations())
  await writeFile(join(home, "config.env"), `DATABASE_URL=${database.url}\n`, { mode: 0o600 })
  return {
    home,
    databaseUrl: database.url,
    async [Symbol.asyncDispose]() {
      await database[Symbol.asyncDispose]()
      await made[Symbol.asyncDispose]()
    },
  }
}

/** An open, empty, migrated database of its own, on the engine under test. */
export async function openTestDatabase(): Promise<Database & AsyncDisposable> {
  const { home, databaseUrl, ...fresh } = await freshData()
  const database = await openDatabase({ databaseUrl, poolSize: 4, home })
  return {
    ...database,
    async [Symbol.asyncDispose]() {
      await database.close()
      await fresh[Symbol.asyncDispose]()
    },
  }
}
