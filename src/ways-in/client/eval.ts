import type { z } from "zod"
import type { EvalInput, EvalResult, Judgement, judgementInput } from "../../features/eval/schema"
import { type Endpoint, json } from "./http"

/** Measuring retrieval, and the results marked as relevant. */
export function evalClient(endpoint: Endpoint) {
  const root = "/api/rag/eval"
  const judgements = `${root}/judgements`
  return {
    evaluate: (input: EvalInput) =>
      json<EvalResult>(endpoint, root, { method: "POST", body: input }),
    listJudgements: () => json<Judgement[]>(endpoint, judgements),
    keepJudgement: (input: z.input<typeof judgementInput>) =>
      json<Judgement>(endpoint, judgements, { method: "POST", body: input }),
    deleteJudgement: (id: string) =>
      json<{ status: "deleted" }>(endpoint, `${judgements}/${encodeURIComponent(id)}`, {
        method: "DELETE",
      }),
  }
}
