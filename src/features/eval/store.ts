import { and, asc, eq, sql } from "drizzle-orm"
import type { Db } from "../../platform/db/db"
import { firstRow } from "../../platform/db/first-row"
import { type DocumentRow, documents } from "../../platform/db/schema/documents"
import { evalJudgements, type JudgementRow } from "../../platform/db/schema/eval"

export type JudgedRow = {
  judgement: JudgementRow
  document: Pick<DocumentRow, "name" | "version">
}

export function listJudgements(db: Db): Promise<JudgedRow[]> {
  const document = { name: documents.name, version: documents.version }
  return db
    .select({ judgement: evalJudgements, document })
    .from(evalJudgements)
    .innerJoin(documents, eq(documents.id, evalJudgements.documentId))
    .orderBy(asc(evalJudgements.id))
}

export async function insertJudgement(
  db: Db,
  judgement: typeof evalJudgements.$inferInsert,
): Promise<JudgementRow> {
  return firstRow(await db.insert(evalJudgements).values(judgement).returning())
}

export async function deleteSame(
  db: Db,
  { query, documentId, start, end }: Pick<JudgementRow, "query" | "documentId" | "start" | "end">,
): Promise<void> {
  const isSame = and(
    eq(evalJudgements.query, query),
    eq(evalJudgements.documentId, documentId),
    sql`${evalJudgements.start} is not distinct from ${start}`,
    sql`${evalJudgements.end} is not distinct from ${end}`,
  )
  await db.delete(evalJudgements).where(isSame)
}

export async function deleteJudgement(db: Db, id: string): Promise<boolean> {
  return (await db.delete(evalJudgements).where(eq(evalJudgements.id, id)).returning()).length > 0
}
