import { z } from "zod"
import { searchMode } from "../../platform/shapes/passage"
import {
  grade,
  place,
  questionInput,
  spanned,
  spanRule,
} from "../../platform/shapes/questions-file"
import { searchInput } from "../search/schema"

const settingInput = searchInput
  .pick({ top_k: true, mode: true, similarity_threshold: true, rerank: true })
  .required({ top_k: true, mode: true })
export type EvalSetting = z.infer<typeof settingInput>

export function settingName({ mode, top_k, rerank }: EvalSetting): string {
  return `${mode} ${top_k}${rerank ? " reranked" : ""}`
}

export const evalInput = z.strictObject({
  /** Default: the judgements kept on the search page. */
  questions: z.array(questionInput).min(1).max(10_000).optional(),
  /** Default: each available mode with 10 and with 100 passages. */
  settings: z.array(settingInput).min(1).max(20).optional(),
})
export type EvalInput = z.infer<typeof evalInput>

/** The quality of a ranking. Each figure is from 0 to 1. */
export const figures = z.object({
  ndcg_at_10: z.number(),
  recall: z.number(),
  mrr: z.number(),
  map: z.number(),
})
export type Figures = z.infer<typeof figures>
export const figureNames = figures.keyof().options

/** `ranked` has the results, best first: documents, or passages if passages were judged. */
const queryResult = figures.extend({
  id: z.string(),
  query: z.string(),
  ranked: z.array(
    z.object({ document_id: z.uuid(), document_name: z.string(), score: z.number(), grade }),
  ),
})

const settingResult = settingInput.extend({ figures, queries: z.array(queryResult) })
export type SettingResult = z.infer<typeof settingResult>

/** `left_out` has the modes that were skipped because no embedding model is ready. */
const evalResultSchema = z.object({
  questions: z.number().int(),
  settings: z.array(settingResult),
  left_out: z.array(searchMode),
})
export type EvalResult = z.infer<typeof evalResultSchema>

export const judgementInput = z
  .strictObject({
    query: z.string().trim().min(1, "Give the query.").max(10_000),
    document_id: z.uuid(),
    start: place.optional(),
    end: place.optional(),
    grade: grade.default(1),
  })
  .refine(spanned, spanRule)
export type JudgementInput = z.infer<typeof judgementInput>

/** A result that the user judged. The span refers to version `document_version`. */
const judgementSchema = z.object({
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
