import { z } from "zod"
import { searchMode } from "../../platform/shapes/passage"
import { searchInput } from "../search/schema"

const grade = z.number().int().min(0).max(100)
const place = z.number().int().min(0)
const spanned = ({ start, end }: { start?: number | undefined; end?: number | undefined }) =>
  start === undefined || end === undefined ? start === end : start < end
const spanRule = "start and end come together, start before end."

/** A document by its name or id; with a span, what of it is relevant, in UTF-16 units. */
const relevantInput = z.union([
  z.string().min(1),
  z
    .strictObject({
      document: z.string().min(1),
      grade: grade.optional(),
      start: place.optional(),
      end: place.optional(),
    })
    .refine(spanned, spanRule),
])

export const questionInput = z.strictObject({
  /** Names the question in a TREC run; by default its number. */
  id: z
    .string()
    .regex(/^\S{1,100}$/, "It is one word.")
    .optional(),
  query: z.string().trim().min(1, "Say what to look for.").max(10_000),
  relevant: z.array(relevantInput).min(1, "Name at least one document.").max(10_000),
})
export type QuestionInput = z.infer<typeof questionInput>

const settingInput = searchInput
  .pick({ top_k: true, mode: true, similarity_threshold: true, rerank: true })
  .required({ top_k: true, mode: true })
export type EvalSetting = z.infer<typeof settingInput>

export function settingName({ mode, top_k, rerank }: EvalSetting): string {
  return `${mode} ${top_k}${rerank ? " reranked" : ""}`
}

export const evalInput = z.strictObject({
  /** By default those that were kept in the search page. */
  questions: z.array(questionInput).min(1).max(10_000).optional(),
  /** By default each mode that there is, with 10 and with 100 passages. */
  settings: z.array(settingInput).min(1).max(20).optional(),
})
export type EvalInput = z.infer<typeof evalInput>

const figures = z.object({
  ndcg_at_10: z.number(),
  recall: z.number(),
  mrr: z.number(),
  map: z.number(),
})

/** `ranked` is what was found, best first: documents, or passages where passages were judged. */
const queryResult = figures.extend({
  id: z.string(),
  query: z.string(),
  ranked: z.array(
    z.object({ document_id: z.uuid(), document_name: z.string(), score: z.number(), grade }),
  ),
})

const settingResult = settingInput.extend({ figures, queries: z.array(queryResult) })
export type SettingResult = z.infer<typeof settingResult>

/** `left_out` are the modes that need an embedding model while none is ready. */
export const evalResultSchema = z.object({
  questions: z.number().int(),
  settings: z.array(settingResult),
  left_out: z.array(searchMode),
})
export type EvalResult = z.infer<typeof evalResultSchema>

export const judgementInput = z
  .strictObject({
    query: z.string().trim().min(1, "Say what was looked for.").max(10_000),
    document_id: z.uuid(),
    start: place.optional(),
    end: place.optional(),
    grade: grade.default(1),
  })
  .refine(spanned, spanRule)
export type JudgementInput = z.infer<typeof judgementInput>

/** What somebody kept as relevant; the span is one of version `document_version`. */
export const judgementSchema = z.object({
  id: z.uuid(),
  query: z.string(),
  document_id: z.uuid(),
  document_name: z.string(),
  document_version: z.number().int(),
  start: z.number().int().nullable(),
  end: z.number().int().nullable(),
  grade,
  created_at: z.iso.datetime(),
})
export type Judgement = z.infer<typeof judgementSchema>
