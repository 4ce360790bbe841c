import { Hono } from "hono"
import { z } from "zod"
import { RunPage } from "../../views/runs/page"
import type { Deps } from "../deps"
import { AppError } from "../errors"
import { frameOf } from "../http/frame"
import { pathId, readForm } from "../http/validate"
import { runVerbs } from "./schema"
import { getRun, listArtifacts, listCalls, listLog, listPassages } from "./service"
import { changeRun, verbsOf } from "./verbs"

const NOT_FOUND = "RunNotFoundError"

/** Of all steps together. */
const LINES = 1000

const verbForm = z.object({ version: z.coerce.number().int().positive().optional() })

export function runPages(deps: Deps): Hono {
  const pages = new Hono()
  for (const verb of runVerbs) {
    pages.post(`/:id/${verb}`, async (c) => {
      const { version } = await readForm(c, verbForm)
      const run = await changeRun(deps, pathId(c, NOT_FOUND), verb, version)
      return c.redirect(`/runs/${run.id}`, 303)
    })
  }
  return pages
    .get("/:id", async (c) => {
      const id = pathId(c, NOT_FOUND)
      const [run, artifacts, calls, passages, log] = await Promise.all([
        getRun(deps, id),
        listArtifacts(deps, id),
        listCalls(deps, id),
        listPassages(deps, id),
        listLog(deps, { runId: id, limit: LINES }),
      ])
      const { nodes } = run.graph_definition
      const verbs = verbsOf(run)
      const selected = c.req.query("node") ?? null
      const parts = { artifacts, calls, passages, log }
      return c.html(RunPage({ run, nodes, ...parts, selected, verbs, ...frameOf(c) }))
    })
    .get("/:id/artifacts/:file{.+\\.(md|json)}", async (c) => {
      const id = pathId(c, NOT_FOUND)
      const file = c.req.param("file")
      const [node, extension] = file.split(".")
      const artifact = (await listArtifacts(deps, id)).find((made) => made.node === node)
      if (!artifact)
        throw new AppError("NotFoundError", "This run has not made that.", { id, file })
      c.header("Content-Disposition", `attachment; filename="${file}"`)
      if (extension === "json") return c.json(artifact)
      return c.body(artifact.content, 200, { "Content-Type": "text/markdown; charset=utf-8" })
    })
}
