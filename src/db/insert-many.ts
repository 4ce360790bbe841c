import { getTableColumns, type SQL, sql } from "drizzle-orm"
import type { PgTable } from "drizzle-orm/pg-core"
import { arrayLiteral } from "./array"
import type { Db } from "./db"

/**
 * Inserts rows by one parameter a column, an array, which takes the embedded engine less than half
 * the time of one parameter a value. Columns that no row names get their default of the table.
 */
export async function insertMany<T extends PgTable>(
  db: Db,
  table: T,
  rows: T["$inferInsert"][],
): Promise<void> {
  if (rows.length === 0) return
  const values: SQL[] = []
  const arrays: SQL[] = []
  for (const [key, column] of Object.entries(getTableColumns(table))) {
    if (rows.every((row) => row[key as keyof typeof row] === undefined)) {
      values.push(sql`${column.default ?? null}`)
      continue
    }
    // PostgreSQL has no arrays of arrays of different lengths, so those come as their text.
    const type = column.getSQLType()
    const element = type.endsWith("[]") ? "text" : type
    const literal = arrayLiteral(
      rows.map((row) => {
        const value = row[key as keyof typeof row]
        return value === undefined || value === null ? null : column.mapToDriverValue(value)
      }),
    )
    values.push(sql.raw(`c${arrays.length}::${type}`))
    arrays.push(sql`${literal}::${sql.raw(element)}[]`)
  }
  const names = arrays.map((_, i) => sql.raw(`c${i}`))
  await db.insert(table).select(
    sql`select ${sql.join(values, sql`, `)}
      from unnest(${sql.join(arrays, sql`, `)}) as rows(${sql.join(names, sql`, `)})`,
  )
}
