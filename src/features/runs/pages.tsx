import { type Context, Hono } from "hono"
import { z } from "zod"
import { RunPage, type RunTrouble, type RunView, shownNode } from "../../../views/runs/page"
import { Writing } from "../../../views/runs/writing"
import { AppError } from "../../platform/errors"
import { readForm } from "../../platform/http/form"
import { frameOf } from "../../platform/http/frame"
import { answerPart } from "../../platform/http/go-to"
import { pathId } from "../../platform/http/validate"
import { changeRun, verbsOf } from "./control/verbs"
import { aboutOf } from "./engine/gate"
import { gatePages } from "./gate-pages"
import type { RunDeps } from "./leases/supervisor"
import { findItem, listArtifacts, listVersions } from "./read/artifacts"
import { remedyPages } from "./remedy-pages"
import { type Run, runVerbs } from "./schema"
import { getRun, listCalls, listLog, listPassages, listSteps } from "./service"

const NOT_FOUND = "RunNotFoundError"

/** Lines of all steps together. */
const LINES = 1000

const verbForm = z.object({ version: z.coerce.number().int().positive().optional() })

const number = z.coerce.number().int().min(0).optional().catch(undefined)
/** Ignores invalid values, so that any URL shows the run. */
const viewQuery = z.object({
  node: z.string().optional(),
  ...{ item: number, version: number, from: number, to: number },
})

export function runPages(deps: RunDeps): Hono {
  const pages = new Hono()
  for (const verb of runVerbs) {
    pages.post(`/:id/${verb}`, async (c) => {
      const { version } = await readForm(c, verbForm)
      const run = await changeRun(deps, pathId(c, NOT_FOUND), verb, version)
      return c.redirect(`/runs/${run.id}`, 303)
    })
  }
  return pages
    .get("/:id", (c) => showRun(c, deps, viewQuery.parse(c.req.query())))
    .get("/:id/writing", (c) => {
      const id = pathId(c, NOT_FOUND)
      const { node = "", item } = viewQuery.parse(c.req.query())
      const text = deps.runs.writingOf(id, node, item)
      return answerPart(c, `/runs/${id}`, () => Writing({ run: id, node, item, text }))
    })
    .route("/", gatePages(deps, showRun))
    .route("/", remedyPages(deps, showRun))
    .get("/:id/artifacts/:file{.+\\.(md|json)}", async (c) => {
      const id = pathId(c, NOT_FOUND)
      const file = c.req.param("file")
      const [node, extension] = file.split(".")
      const artifact = (await listArtifacts(deps, id)).find((made) => made.node === node)
      if (!artifact)
        throw new AppError("NotFoundError", "This run has no such artifact.", { id, file })
      c.header("Content-Disposition", `attachment; filename="${file}"`)
      if (extension === "json") return c.json(artifact)
      return c.body(artifact.content, 200, { "Content-Type": "text/markdown; charset=utf-8" })
    })
}

/** Shows a run, with what was refused if it is the answer to a form. */
async function showRun(
  c: Context,
  deps: RunDeps,
  view: RunView,
  trouble: RunTrouble = {},
): Promise<Response> {
  const id = pathId(c, NOT_FOUND)
  const [run, artifacts, calls, passages, steps, log] = await Promise.all([
    getRun(deps, id),
    listArtifacts(deps, id),
    listCalls(deps, id),
    listPassages(deps, id),
    listSteps(deps, id),
    listLog(deps, { runId: id, limit: LINES }),
  ])
  const made = artifacts.map(({ node }) => node)
  const shown = shownNode(run, made, view.node)
  const about = aboutNode(run, shown)
  const [versions, itemArtifact] = await Promise.all([
    listVersions(deps, id, about),
    view.item === undefined ? undefined : findItem(deps, id, shown, view.item),
  ])
  const { nodes } = run.graph_definition
  const written = deps.runs.writingOf(id, shown, view.item)
  const results = { versions, itemArtifact, calls, passages, steps, log, written }
  const page = { run, nodes, shown, about, view, trouble, verbs: verbsOf(run) }
  return c.html(RunPage({ ...page, ...results, ...frameOf(c) }))
}

/** A gate shows the artifact that it asks about. */
function aboutNode({ graph_definition: { nodes } }: Run, shown: string): string {
  const node = nodes.find(({ id }) => id === shown)
  return node?.type === "gate" ? aboutOf(nodes, node).id : shown
}
