import { type Column, type SQL, sql } from "drizzle-orm"

/** A PostgreSQL array literal, to pass as one parameter and cast. */
export function arrayLiteral(values: unknown[]): string {
  return `{${values.map(elementOf).join(",")}}`
}

/** Like `inArray`, but its SQL text doesn't depend on the number of values. */
export function isAnyOf(column: Column, values: unknown[]): SQL {
  return sql`${column} = any(${arrayLiteral(values)}::${sql.raw(column.getSQLType())}[])`
}

function elementOf(value: unknown): string {
  if (value === undefined || value === null) return "null"
  if (value instanceof Uint8Array) return `"\\\\x${value.toHex()}"`
  return `"${String(value).replace(/["\\]/g, "\\$&")}"`
}
