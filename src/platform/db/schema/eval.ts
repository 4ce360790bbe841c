import { index, integer, text, uuid } from "drizzle-orm/pg-core"
import { amelia, createdAt, id } from "../columns"
import { documents } from "./documents"

/** Documents, or spans of a document version, that someone marked as relevant for a query. */
export const evalJudgements = amelia.table(
  "eval_judgements",
  {
    id: id(),
    query: text().notNull(),
    documentId: uuid()
      .notNull()
      .references(() => documents.id, { onDelete: "cascade" }),
    documentVersion: integer().notNull(),
    start: integer(),
    end: integer(),
    grade: integer().notNull(),
    createdAt: createdAt(),
  },
  (table) => [index("eval_judgements_document").on(table.documentId)],
)
export type JudgementRow = typeof evalJudgements.$inferSelect
