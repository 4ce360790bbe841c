import { sql } from "drizzle-orm"
import { type MigrationMeta, readMigrationFiles } from "drizzle-orm/migrator"
import { AppError } from "../errors"
import type { Db } from "./db"

/** Any number works, as long as every Amelia on a server uses the same advisory lock. */
const LOCK = 7_263_541

const journal = sql`amelia.migrations`

/**
 * Applies the drizzle-kit migrations in `folder` that are missing, in one transaction. Throws
 * ConfigurationError if the database has newer ones, or is older than the first release.
 */
export async function migrate(db: Db, folder: string): Promise<void> {
  const migrations = readMigrationFiles({ migrationsFolder: folder })
  await db.transaction(async (tx) => {
    await tx.execute(sql`select pg_advisory_xact_lock(${LOCK}::bigint)`)
    await tx.execute(sql`create schema if not exists amelia`)
    await tx.execute(
      sql`create table if not exists ${journal} (made_at bigint primary key, hash text not null)`,
    )
    const last = await lastApplied(tx)
    if (last > newest(migrations)) throw tooNew()
    if (last > 0 && last < oldest(migrations)) throw tooOld()
    for (const migration of migrations) {
      if (migration.folderMillis > last) await apply(tx, migration)
    }
  })
}

async function apply(tx: Db, { sql: statements, folderMillis, hash }: MigrationMeta) {
  for (const statement of statements) await tx.execute(sql.raw(statement))
  await tx.execute(sql`insert into ${journal} (made_at, hash) values (${folderMillis}, ${hash})`)
}

/** The time in milliseconds that drizzle-kit uses to order migrations; 0 before the first. */
async function lastApplied(tx: Db): Promise<number> {
  const rows = await tx.execute<{ last: string }>(
    sql`select coalesce(max(made_at), 0) as last from ${journal}`,
  )
  return Number(rows[0]?.last)
}

function oldest(migrations: MigrationMeta[]): number {
  return Math.min(...migrations.map((migration) => migration.folderMillis))
}

function newest(migrations: MigrationMeta[]): number {
  return Math.max(0, ...migrations.map((migration) => migration.folderMillis))
}

function tooNew(): AppError {
  const sentence =
    "The database was last used by a newer version of Amelia. Please start that version, or " +
    "choose another home or database."
  return new AppError("ConfigurationError", sentence)
}

function tooOld(): AppError {
  const sentence =
    "The database was created by a version of Amelia from before the first release. This version " +
    "can't upgrade it. Please choose another home or database."
  return new AppError("ConfigurationError", sentence)
}
