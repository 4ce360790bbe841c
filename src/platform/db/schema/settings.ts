import { text } from "drizzle-orm/pg-core"
import { amelia, updatedAt } from "../columns"

/** The settings that were changed at run time; they hold in place of the configured ones. */
export const changedSettings = amelia.table("settings", {
  /** As in the configuration, such as DEFAULT_MODEL. */
  name: text().primaryKey(),
  /** As one would write it in a file. */
  value: text().notNull(),
  updatedAt: updatedAt(),
})
