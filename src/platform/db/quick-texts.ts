import { Column, entityKind, Name, Param, Placeholder, SQL, StringChunk, Table } from "drizzle-orm"
import type { PgDialect } from "drizzle-orm/pg-core"
import type { Db } from "./db"

type Statement = ReturnType<PgDialect["sqlToQuery"]>
type NameOf = (named: Column | Table) => string

/**
 * Returns the database with SQL generation ten times faster; it took a sixth of a busy process's
 * time. Drizzle creates several objects per part of a statement and looks column names up every
 * time. Statements with parts unknown here fall back to drizzle.
 */
export function withQuickTexts<D extends Db>(db: D): D {
  const { dialect } = db as unknown as { dialect: PgDialect }
  const slowly = dialect.sqlToQuery.bind(dialect)
  const names = new WeakMap<Column | Table, string>()
  const nameOf: NameOf = (named) => {
    const name = names.get(named) ?? slowly(new SQL([named])).sql
    names.set(named, name)
    return name
  }
  dialect.sqlToQuery = (statement, source) => {
    const text = { sql: "", params: [] }
    return !source && write(text, statement, nameOf) ? text : slowly(statement, source)
  }
  return db
}

/** Appends a part to the text. Returns false if its kind is unknown here. */
function write(text: Statement, part: unknown, nameOf: NameOf): boolean {
  if (part === undefined) return true
  if (part instanceof StringChunk) text.sql += part.value.join("")
  else if (part instanceof Name) text.sql += `"${part.value.replaceAll('"', '""')}"`
  else if (part instanceof Column || part instanceof Table) text.sql += nameOf(part)
  else if (part instanceof SQL) return writeAll(text, part, nameOf)
  else if (part instanceof Param) return writeParam(text, part, nameOf)
  else if (Array.isArray(part)) return writeList(text, part, nameOf)
  else if (isOfDrizzle(part)) return false
  else text.sql += `$${text.params.push(part)}`
  return true
}

/** True for drizzle's other objects, such as subqueries. Everything else is a value. */
function isOfDrizzle(part: unknown): boolean {
  if (typeof part === "function") return true
  if (typeof part !== "object" || part === null) return false
  const { constructor: kind } = Object.getPrototypeOf(part) ?? {}
  return typeof kind === "function" && entityKind in kind
}

function writeAll(text: Statement, part: SQL, nameOf: NameOf): boolean {
  const { queryChunks, shouldInlineParams } = part as unknown as Inside
  if (shouldInlineParams) return false
  for (const chunk of queryChunks) if (!write(text, chunk, nameOf)) return false
  return true
}
type Inside = { queryChunks: unknown[]; shouldInlineParams: boolean }

function writeParam(text: Statement, { value, encoder }: Param, nameOf: NameOf): boolean {
  if (value instanceof Placeholder) return false
  const encoded = value === null ? null : encoder.mapToDriverValue(value)
  if (encoded instanceof SQL) return write(text, encoded, nameOf)
  text.sql += `$${text.params.push(encoded)}`
  return true
}

function writeList(text: Statement, parts: unknown[], nameOf: NameOf): boolean {
  for (const [i, part] of parts.entries()) {
    text.sql += i === 0 ? "(" : ", "
    if (!write(text, part, nameOf)) return false
  }
  text.sql += parts.length === 0 ? "()" : ")"
  return true
}
