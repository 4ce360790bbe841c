import { text } from "drizzle-orm/pg-core"
import { amelia, updatedAt } from "../columns"

/** Settings changed at run time. They override the configured ones. */
export const changedSettings = amelia.table("settings", {
  /** As in the configuration, such as DEFAULT_MODEL. */
  name: text().primaryKey(),
  /** As written in a file. */
  value: text().notNull(),
  updatedAt: updatedAt(),
})
