import { boolean, integer, text, uniqueIndex } from "drizzle-orm/pg-core"
import { amelia } from "../columns"

/** Models whose vectors are stored. The vectors are in the tables of `makeVectorTable`. */
export const embeddingModels = amelia.table(
  "embedding_models",
  {
    id: integer().primaryKey().generatedAlwaysAsIdentity(),
    name: text().notNull(),
    dimension: integer().notNull(),
    /**
     * True once every passage had its vector. Until then an older model answers, if there is one.
     */
    filled: boolean().notNull().default(false),
  },
  (table) => [uniqueIndex("embedding_models_name").on(table.name, table.dimension)],
)
export type EmbeddingModelRow = typeof embeddingModels.$inferSelect
