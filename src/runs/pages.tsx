import { Hono } from "hono"
import { version } from "../../package.json"
import { RunPage } from "../../views/runs/page"
import type { Deps } from "../deps"
import { pathId } from "../http/validate"
import { getRun, listArtifacts, listCalls } from "./service"

export function runPages(deps: Deps): Hono {
  return new Hono().get("/:id", async (c) => {
    const id = pathId(c, "RunNotFoundError")
    const [run, artifacts, calls] = await Promise.all([
      getRun(deps, id),
      listArtifacts(deps, id),
      listCalls(deps, id),
    ])
    const { nodes } = run.graph_definition
    const selected = c.req.query("node") ?? null
    return c.html(RunPage({ run, nodes, artifacts, calls, selected, version }))
  })
}
