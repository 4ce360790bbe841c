import { type Column, type SQL, sql } from "drizzle-orm"

/** An array in PostgreSQL's own notation, as one parameter; to be cast. */
export function arrayLiteral(values: unknown[]): string {
  return `{${values.map(elementOf).join(",")}}`
}

/** As `inArray`, whose text would be another one for each number of values. */
export function isAnyOf(column: Column, values: unknown[]): SQL {
  return sql`${column} = any(${arrayLiteral(values)}::${sql.raw(column.getSQLType())}[])`
}

function elementOf(value: unknown): string {
  if (value === undefined || value === null) return "null"
  if (value instanceof Uint8Array) return `"\\\\x${value.toHex()}"`
  return `"${String(value).replace(/["\\]/g, "\\$&")}"`
}
