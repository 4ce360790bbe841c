import { type Context, Hono } from "hono"
import { z } from "zod"
import { CheckAnswer, EditorPage, type EditorPageProps } from "../../../views/workflows/editor"
import { WorkflowListPage } from "../../../views/workflows/list"
import { AppError } from "../../platform/errors"
import { readForm } from "../../platform/http/form"
import { frameOf } from "../../platform/http/frame"
import { goTo } from "../../platform/http/go-to"
import { pathId } from "../../platform/http/validate"
import { writeSource } from "../../platform/shapes/workflow-file"
import type { AgentDeps } from "../agents/deps"
import { findPreset, presets } from "./presets"
import { starter } from "./presets/starter"
import type { Workflow } from "./schema"
import * as service from "./service"

const NOT_FOUND = "WorkflowNotFoundError"

const sourceForm = z.object({ source: z.string().max(1_000_000) })
const editForm = sourceForm.extend({ version: z.coerce.number() })
const importForm = z.object({ file: z.instanceof(File, { error: "Choose a file." }) })

const LISTED = 200

export function workflowPages(deps: AgentDeps): Hono {
  return new Hono()
    .get("/", async (c) => {
      const workflows = await service.listWorkflows(deps, { limit: LISTED })
      return c.html(WorkflowListPage({ presets: [...presets], workflows, ...frameOf(c) }))
    })
    .post("/", async (c) => make(c, deps, (await readForm(c, sourceForm)).source))
    .get("/new", (c) => edit(c, deps, { text: writeSource(starter) }))
    .post("/check", async (c) => {
      const { file, faults } = await service.checkSource(
        deps,
        (await readForm(c, sourceForm)).source,
      )
      return c.html(CheckAnswer({ faults, nodes: file?.nodes }))
    })
    .post("/import", async (c) => make(c, deps, await (await readForm(c, importForm)).file.text()))
    .get("/:id/edit", async (c) => {
      const workflow = await service.getWorkflow(deps, pathId(c, NOT_FOUND))
      return edit(c, deps, { workflow, text: writeSource(workflow) })
    })
    .post("/:id/edit", async (c) => {
      const { source, version } = await readForm(c, editForm)
      return save(c, deps, source, version)
    })
    .get("/:id/export", async (c) => {
      const { name, description, nodes } = await presetOrStored(c, deps)
      const file = `${name.replace(/[^\w.-]+/g, "-").replace(/^-|-$/g, "") || "workflow"}.json`
      c.header("Content-Disposition", `attachment; filename="${file}"`)
      return c.body(writeSource({ name, description, nodes }), 200, {
        "Content-Type": "application/json; charset=utf-8",
      })
    })
    .post("/:id/duplicate", async (c) => {
      const { id } = await service.duplicateWorkflow(deps, await presetOrStored(c, deps))
      return goTo(c, `/workflows/${id}/edit`)
    })
    .post("/:id/delete", async (c) => {
      await service.deleteWorkflow(deps, pathId(c, NOT_FOUND))
      return goTo(c, "/workflows")
    })
}

async function presetOrStored(
  c: Context,
  deps: AgentDeps,
): Promise<Pick<Workflow, "name" | "description" | "nodes">> {
  const preset = findPreset(c.req.param("id") ?? "")
  return preset
    ? { ...preset, name: preset.title }
    : service.getWorkflow(deps, pathId(c, NOT_FOUND))
}

/** Creates a workflow from its source, or shows the source again with its errors. */
async function make(c: Context, deps: AgentDeps, text: string): Promise<Response> {
  const { file, faults } = await service.checkSource(deps, text)
  if (!file?.name || faults.length > 0) return edit(c, deps, { text, refused: invalid }, 400)
  const { name, description, nodes } = file
  const { id } = await service.createWorkflow(deps, {
    name,
    description,
    graph_definition: { nodes },
  })
  return goTo(c, `/workflows/${id}`)
}

/** Changes a workflow to its new source, or shows the source again with its errors. */
async function save(c: Context, deps: AgentDeps, text: string, version: number): Promise<Response> {
  const workflow = await service.getWorkflow(deps, pathId(c, NOT_FOUND))
  const { file, faults } = await service.checkSource(deps, text)
  if (!file || faults.length > 0) {
    return edit(c, deps, { workflow: { ...workflow, version }, text, refused: invalid }, 400)
  }
  try {
    const { name, description = "", nodes } = file
    const change = { name, description, graph_definition: { nodes }, version }
    const { id } = await service.changeWorkflow(deps, workflow.id, change)
    return goTo(c, `/workflows/${id}`)
  } catch (error) {
    if (!(error instanceof AppError) || error.name !== "ConcurrentModificationError") throw error
    const newest = await service.getWorkflow(deps, workflow.id)
    const message = `${error.message} Your version is below and not saved.`
    const refused = { message, newer: writeSource(newest) }
    return edit(c, deps, { workflow: newest, text, refused }, 409)
  }
}

const invalid = { message: "Not saved: see the errors below." }

async function edit(
  c: Context,
  deps: AgentDeps,
  page: Pick<EditorPageProps, "workflow" | "text" | "refused">,
  status: 200 | 400 | 409 = 200,
): Promise<Response> {
  const { file, faults } = await service.checkSource(deps, page.text)
  return c.html(EditorPage({ ...page, faults, nodes: file?.nodes, ...frameOf(c) }), status)
}
