import { Hono } from "hono"
import type { EngineDeps } from "../../engines/deps"
import { pathId, readJson, readLargeJson } from "../../platform/http/validate"
import { formatQuestions } from "../../platform/shapes/questions-file"
import { deleteJudgement, keepJudgement, listJudgements, ownQuestions } from "./judgements"
import { evalInput, judgementInput } from "./schema"
import { evaluate } from "./service"

export function evalApi(deps: EngineDeps): Hono {
  return new Hono()
    .post("/", async (c) =>
      c.json(await evaluate(deps, await readLargeJson(deps.config, c, evalInput))),
    )
    .get("/judgements", async (c) => c.json(await listJudgements(deps)))
    .post("/judgements", async (c) =>
      c.json(await keepJudgement(deps, await readJson(c, judgementInput)), 201),
    )
    .delete("/judgements/:id", async (c) => {
      await deleteJudgement(deps, pathId(c, "NotFoundError"))
      return c.json({ status: "deleted" })
    })
    .get("/questions.jsonl", async (c) =>
      c.body(formatQuestions(await ownQuestions(deps)), 200, {
        "Content-Type": "application/jsonl",
        "Content-Disposition": 'attachment; filename="questions.jsonl"',
      }),
    )
}
