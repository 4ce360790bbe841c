import { customType, integer, pgSchema, timestamp, uuid } from "drizzle-orm/pg-core"

/** The PostgreSQL schema that holds every table of ours, so that a shared server stays tidy. */
export const amelia = pgSchema("amelia")

// Columns take their names from their keys: drizzle is told to write them in snake_case.

/** The primary key `id`: a UUID v7, made here so that it is known before the insert. */
export const id = () =>
  uuid()
    .primaryKey()
    .$defaultFn(() => Bun.randomUUIDv7())

/** A moment, to the millisecond, so that a JavaScript Date comes back as it went in. */
export const moment = () => timestamp({ mode: "date", precision: 3, withTimezone: true })

/** `created_at`, by the database's clock: the start of the transaction that inserted the row. */
export const createdAt = () => moment().notNull().defaultNow()

/** `updated_at`; drizzle sets it anew on every update that does not name it. */
export const updatedAt = () =>
  moment()
    .notNull()
    .defaultNow()
    .$onUpdateFn(() => new Date())

/** Counts the changes of a row from 1, for updates that must not overwrite someone else's. */
export const version = () => integer().notNull().default(1)

export const bytea = customType<{ data: Uint8Array; driverData: Uint8Array }>({
  dataType: () => "bytea",
})
