import type { EngineDeps } from "../../engines/deps"
import { AppError, invalid } from "../../platform/errors"
import type { SearchMode } from "../../platform/shapes/passage"
import type { QuestionInput } from "../../platform/shapes/questions-file"
import { findDocumentIds } from "../documents/service"
import { retrieve } from "../search/service"
import { ownQuestions } from "./judgements"
import { figuresOf, meanFigures } from "./metrics"
import { type Relevant, rankingOf } from "./ranking"
import type { EvalInput, EvalResult, EvalSetting, Figures, SettingResult } from "./schema"

type Question = { id: string; query: string; relevant: Relevant[] }

const TOP_KS = [10, 100]
/** Generous, so that figures don't depend on how busy the machine is. */
const RERANK_MS = 60_000

/**
 * Measures how well each setting answers the questions. Throws DocumentNotFoundError,
 * ValidationError without anything relevant, and ServiceUnavailableError if a model isn't ready.
 */
export async function evaluate(deps: EngineDeps, input: EvalInput): Promise<EvalResult> {
  const given = input.questions ?? (await ownQuestions(deps))
  if (given.length === 0)
    throw invalid(
      "questions",
      "There are no questions: mark results as relevant on the search page, or give a file.",
    )
  const questions = await resolve(deps, given)
  const modes = input.settings ? [] : await usableModes(deps, given[0]?.query ?? "")
  const settings =
    input.settings ?? modes.flatMap((mode) => TOP_KS.map((top_k) => ({ mode, top_k })))
  const results: SettingResult[] = []
  for (const setting of settings) results.push(await evaluateSetting(deps, questions, setting))
  const all: SearchMode[] = ["lexical", "vector", "hybrid"]
  const left_out = input.settings ? [] : all.filter((mode) => !modes.includes(mode))
  return { questions: questions.length, settings: results, left_out }
}

async function evaluateSetting(
  deps: EngineDeps,
  questions: Question[],
  setting: EvalSetting,
): Promise<SettingResult> {
  const { status, note } = deps.reranker.state()
  if (setting.rerank && status !== "ready") {
    throw new AppError("ServiceUnavailableError", `Reranking is not ready: ${note}`, setting)
  }
  const queries: SettingResult["queries"] = []
  for (const { id, query, relevant } of questions) {
    const asked = { query, rerank: false, ...setting }
    const ranked = rankingOf(await retrieve(deps, asked, RERANK_MS), relevant)
    const grades = ranked.map(({ grade }) => grade)
    const judged = relevant.map(({ grade }) => grade)
    queries.push({ id, query, ...figuresOf(grades, judged), ranked })
  }
  const figures: Figures = meanFigures(queries)
  return { ...setting, figures, queries }
}

/** Returns the modes that can be measured. Without a model all would be lexical. */
async function usableModes(deps: EngineDeps, query: string): Promise<SearchMode[]> {
  try {
    await retrieve(deps, { query, mode: "vector", top_k: 1, rerank: false })
    return ["lexical", "vector", "hybrid"]
  } catch (thrown) {
    const isMissing = thrown instanceof AppError && thrown.name === "ServiceUnavailableError"
    if (isMissing) return ["lexical"]
    throw thrown
  }
}

async function resolve(deps: EngineDeps, given: QuestionInput[]): Promise<Question[]> {
  const named = given.map(({ id, query, relevant }, i) => ({
    id: id ?? `${i + 1}`,
    query,
    relevant: relevant.map((it) => (typeof it === "string" ? { document: it } : it)),
  }))
  const references = named.flatMap(({ relevant }) => relevant.map(({ document }) => document))
  const ids = await findDocumentIds(deps, [...new Set(references)])
  const unknown = [...new Set(references)].filter((reference) => !ids.has(reference))
  if (unknown.length > 0) {
    const sentence = `These documents don't exist: ${unknown.slice(0, 10).join(", ")}.`
    throw new AppError("DocumentNotFoundError", sentence, { documents: unknown })
  }
  return named.map(({ id, query, relevant }) => {
    const all = relevant.map(({ document, grade = 1, start, end }) => ({
      documentId: ids.get(document) ?? "",
      grade,
      ...(start !== undefined && end !== undefined && { span: { start, end } }),
    }))
    if (all.every(({ grade }) => grade === 0)) {
      throw invalid("questions", `Question ${id} has nothing relevant: all its grades are 0.`)
    }
    const byKey = all.map(
      (it) => [`${it.documentId} ${it.span?.start} ${it.span?.end}`, it] as const,
    )
    return { id, query, relevant: [...new Map(byKey).values()] }
  })
}
