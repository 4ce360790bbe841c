import type { EngineDeps } from "../../engines/deps"
import type { DbDeps } from "../../platform/deps"
import { AppError, invalid } from "../../platform/errors"
import { transact } from "../../platform/events/transact"
import type { QuestionInput } from "../../platform/shapes/questions-file"
import { getDocument } from "../documents/service"
import type { Judgement, JudgementInput } from "./schema"
import * as store from "./store"

/** Stores a judgement. Replaces an earlier one of the same query and span. */
export async function keepJudgement(deps: EngineDeps, input: JudgementInput): Promise<Judgement> {
  const { query, document_id: documentId, start = null, end = null, grade } = input
  const { name, version, content } = await getDocument(deps, documentId)
  if (end !== null && end > content.length) {
    throw invalid("end", `The document has only ${content.length} characters.`)
  }
  const key = { query, documentId, start, end }
  const judgement = await transact(deps, async ({ db }) => {
    await store.deleteSame(db, key)
    return await store.insertJudgement(db, { ...key, documentVersion: version, grade })
  })
  return present({ judgement, document: { name, version } })
}

export async function listJudgements({ db }: DbDeps): Promise<Judgement[]> {
  return (await store.listJudgements(db)).map(present)
}

export async function deleteJudgement({ db }: DbDeps, id: string): Promise<void> {
  if (await store.deleteJudgement(db, id)) return
  throw new AppError("NotFoundError", "There is no judgement with this id.", { id })
}

/** Ignores spans of replaced versions, which may have moved: the whole document counts then. */
export async function ownQuestions({ db }: DbDeps): Promise<QuestionInput[]> {
  const byQuery = Map.groupBy(await store.listJudgements(db), (row) => row.judgement.query)
  const answered = [...byQuery].filter(([, rows]) => rows.some((row) => row.judgement.grade > 0))
  return answered.map(([query, rows]) => ({
    query,
    relevant: rows.map(({ judgement, document }) => {
      const { documentVersion, start, end, grade } = judgement
      const isPresent = start !== null && end !== null && documentVersion === document.version
      return { document: document.name, grade, ...(isPresent && { start, end }) }
    }),
  }))
}

function present({ judgement, document }: store.JudgedRow): Judgement {
  return {
    id: judgement.id,
    query: judgement.query,
    document_id: judgement.documentId,
    document_name: document.name,
    document_version: judgement.documentVersion,
    start: judgement.start,
    end: judgement.end,
    grade: judgement.grade,
    created_at: judgement.createdAt.toISOString(),
  }
}
