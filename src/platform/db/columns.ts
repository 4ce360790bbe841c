import { customType, integer, pgSchema, timestamp, uuid } from "drizzle-orm/pg-core"

/** The PostgreSQL schema of all our tables, so that they don't clutter a shared server. */
export const amelia = pgSchema("amelia")

// Column names come from the keys; drizzle writes them in snake_case.

/** The primary key `id`: a UUID v7, created here so that it is known before the insert. */
export const id = () =>
  uuid()
    .primaryKey()
    .$defaultFn(() => Bun.randomUUIDv7())

/** A time in milliseconds, so that a JavaScript Date survives the round trip. */
export const timestamptz = () => timestamp({ mode: "date", precision: 3, withTimezone: true })

/** `created_at` by the database's clock: the start of the transaction that inserted the row. */
export const createdAt = () => timestamptz().notNull().defaultNow()

/** `updated_at`; drizzle updates it on every update that doesn't set it. */
export const updatedAt = () =>
  timestamptz()
    .notNull()
    .defaultNow()
    .$onUpdateFn(() => new Date())

/** Counts a row's changes from 1, to detect concurrent updates. */
export const version = () => integer().notNull().default(1)

export const bytea = customType<{ data: Uint8Array; driverData: Uint8Array }>({
  dataType: () => "bytea",
})
