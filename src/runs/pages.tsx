import { Hono } from "hono"
import { version } from "../../package.json"
import { RunPage } from "../../views/runs/page"
import type { Deps } from "../deps"
import { AppError } from "../errors"
import { pathId } from "../http/validate"
import { getRun, listArtifacts, listCalls, listPassages } from "./service"

const NOT_FOUND = "RunNotFoundError"

export function runPages(deps: Deps): Hono {
  return new Hono()
    .get("/:id", async (c) => {
      const id = pathId(c, NOT_FOUND)
      const [run, artifacts, calls, passages] = await Promise.all([
        getRun(deps, id),
        listArtifacts(deps, id),
        listCalls(deps, id),
        listPassages(deps, id),
      ])
      const { nodes } = run.graph_definition
      const selected = c.req.query("node") ?? null
      return c.html(RunPage({ run, nodes, artifacts, calls, passages, selected, version }))
    })
    .get("/:id/artifacts/:file{.+\\.md}", async (c) => {
      const artifacts = await listArtifacts(deps, pathId(c, NOT_FOUND))
      const file = c.req.param("file")
      const artifact = artifacts.find(({ node }) => `${node}.md` === file)
      if (!artifact) throw new AppError("NotFoundError", "This run has not made that.", { file })
      return c.body(artifact.content, 200, {
        "Content-Type": "text/markdown; charset=utf-8",
        "Content-Disposition": `attachment; filename="${file}"`,
      })
    })
}
