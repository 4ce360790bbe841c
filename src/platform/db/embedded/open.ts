import { mkdir } from "node:fs/promises"
import { join } from "node:path"
import { databaseArchive, drizzleDirectory, newDatabaseWorker } from "../../../embedded"
import { AppError } from "../../errors"
import type { Database } from "../db"
import { guarded } from "../guard"
import { lockHome } from "../lock"
import { migrate } from "../migrate"
import { ensurePgvector } from "../pgvector"
import { unpack } from "./archive"
import { startEngine } from "./engine"
import { ensureDirectory, POSTGRES_MAJOR } from "./first-start"
import { refusalOf } from "./refusal"
import { openSessions } from "./sessions"
import { openUpkeep, type Upkeep } from "./upkeep"
import { realVectorBundle } from "./vector-bundle"

export type EmbeddedOptions = {
  home: string
  log: (event: string, context: Record<string, unknown>) => void
}

/**
 * Opens the database in `<home>/db`, creating it on the first start. Throws AlreadyRunningError if
 * another process has the home, or a ConfigurationError that says why it can't be opened and what
 * to do.
 */
export async function openEmbedded(options: EmbeddedOptions): Promise<Database> {
  try {
    return await open(options)
  } catch (thrown) {
    throw await refusalOf(options.home, thrown)
  }
}

async function open({ home, log }: EmbeddedOptions): Promise<Database> {
  await mkdir(home, { recursive: true, mode: 0o700 })
  const lock = await lockHome(home)
  try {
    const directory = join(home, "db")
    const vectorBundle = () => realVectorBundle(home, (path) => log("cache.replaced", { path }))
    await ensureDirectory(directory, (empty) => fill(empty, vectorBundle))
    let upkeep: Upkeep | undefined
    const sessions = openSessions({
      directory,
      vectorBundle,
      newWorker: newDatabaseWorker,
      died: (cause) => log("database.engine_died", { reason: cause.message }),
      used: () => upkeep?.noteUse(),
    })
    const db = guarded(sessions.db, sessions.unlessLost)
    const pgvector = await prepare(sessions.current(), db).catch(async (thrown) => {
      await sessions.close()
      throw thrown
    })
    upkeep = openUpkeep(sessions.peek, log)
    let closing: Promise<void> | undefined
    return {
      db,
      engine: "embedded",
      description: `embedded PostgreSQL ${POSTGRES_MAJOR} in ${directory}`,
      pgvector,
      interrupt: async () => (await sessions.current()).kill(interrupted()),
      close() {
        upkeep?.close()
        closing ??= sessions.close().finally(() => lock.release())
        return closing
      },
    }
  } catch (thrown) {
    lock.release()
    throw thrown
  }
}

/** Waits for the engine first, because the driver would hide why it can't start. */
async function prepare(started: Promise<unknown>, db: Database["db"]): Promise<boolean> {
  await started
  const pgvector = await ensurePgvector(db)
  await migrate(db, drizzleDirectory())
  return pgvector
}

/** Fills an empty directory from the binary's archive. From source, PGlite initializes it. */
async function fill(directory: string, vectorBundle: () => Promise<string>): Promise<void> {
  const archive = databaseArchive()
  if (archive) return unpack(archive, directory)
  const newWorker = newDatabaseWorker
  const engine = await startEngine({ directory, vectorBundle, newWorker, died() {} })
  await engine.stop()
}

function interrupted(): AppError {
  return new AppError("ServiceUnavailableError", "The database was interrupted. Please try again.")
}
