import { getTableColumns, type SQL, sql } from "drizzle-orm"
import { toSnakeCase } from "drizzle-orm/casing"
import type { PgTable } from "drizzle-orm/pg-core"
import { arrayLiteral } from "./array"
import type { Db } from "./db"

/**
 * Inserts rows with one array parameter per column, which takes the embedded engine less than half
 * the time of one parameter per value. Columns that no row sets get the table's default. In a
 * transaction, several calls that aren't awaited one by one share a round trip.
 */
export async function insertMany<T extends PgTable>(
  db: Db,
  table: T,
  rows: T["$inferInsert"][],
): Promise<void> {
  if (rows.length === 0) return
  const names: SQL[] = []
  const arrays: SQL[] = []
  const values: SQL[] = []
  for (const [key, column] of Object.entries(getTableColumns(table))) {
    const own = rows.map((row) => row[key as keyof typeof row])
    if (own.every((value) => value === undefined)) continue
    const type = column.getSQLType()
    // PostgreSQL has no arrays of arrays of different lengths, so those travel as text.
    const element = type.endsWith("[]") ? "text" : type
    const driverValues = own.map((value) =>
      value === undefined || value === null ? null : column.mapToDriverValue(value),
    )
    values.push(sql.raw(`c${names.length}::${type}`))
    names.push(sql`${sql.identifier(toSnakeCase(column.name))}`)
    arrays.push(sql`${arrayLiteral(driverValues)}::${sql.raw(element)}[]`)
  }
  const aliases = sql.raw(names.map((_, i) => `c${i}`).join(", "))
  await db.execute(sql`
    insert into ${table} (${sql.join(names, sql`, `)})
    select ${sql.join(values, sql`, `)}
    from unnest(${sql.join(arrays, sql`, `)}) as rows(${aliases})`)
}
