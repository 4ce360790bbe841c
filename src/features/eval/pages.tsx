import { Hono } from "hono"
import { z } from "zod"
import { KeptAsRelevant } from "../../../views/eval/kept"
import { EvalPage } from "../../../views/eval/page"
import type { EngineDeps } from "../../engines/deps"
import { readForm } from "../../platform/http/form"
import { frameOf } from "../../platform/http/frame"
import { isHtmx } from "../../platform/http/go-to"
import { parse, pathId } from "../../platform/http/validate"
import { deleteJudgement, keepJudgement, listJudgements } from "./judgements"
import { judgementInput } from "./schema"
import { evaluate } from "./service"

const PATH = "/documents/eval"
const formNumber = z.coerce.number().optional()
const keptForm = z.strictObject({
  query: z.string(),
  document_id: z.string(),
  start: formNumber,
  end: formNumber,
  grade: formNumber,
})

export function evalPages(deps: EngineDeps): Hono {
  return new Hono()
    .get("/", async (c) => {
      const judgements = await listJudgements(deps)
      const result = judgements.some(({ grade }) => grade > 0) ? await evaluate(deps, {}) : null
      return c.html(EvalPage({ judgements, result, ...frameOf(c) }))
    })
    .post("/judgements", async (c) => {
      const input = parse(judgementInput, await readForm(c, keptForm))
      await keepJudgement(deps, input)
      return isHtmx(c) ? c.html(KeptAsRelevant()) : c.redirect(PATH, 303)
    })
    .post("/judgements/:id/delete", async (c) => {
      await deleteJudgement(deps, pathId(c, "NotFoundError"))
      return c.redirect(PATH, 303)
    })
}
