import { Hono } from "hono"
import { z } from "zod"
import { WorkflowListPage } from "../../views/workflows/list"
import { WorkflowPage } from "../../views/workflows/page"
import type { Deps } from "../deps"
import { listDocuments } from "../documents/service"
import { frameOf } from "../http/frame"
import { parse, pathId, readForm } from "../http/validate"
import { usableModels } from "../llm/choices"
import { startInput } from "../runs/schema"
import { listRuns, startRun } from "../runs/service"
import { findPreset, presets } from "./presets"
import type { Workflow } from "./schema"
import { findPresetWorkflow, getWorkflow, listWorkflows, usePreset } from "./service"

const startForm = z.object({
  query: z.string(),
  document_ids: z.union([z.string().transform((id) => [id]), z.array(z.string())]).optional(),
  model: z.string().optional(),
})

const LISTED = 200

export function workflowPages(deps: Deps): Hono {
  return new Hono()
    .get("/", async (c) => {
      const stored = await listWorkflows(deps, { limit: LISTED })
      const workflows = stored.filter(({ preset }) => preset === null)
      return c.html(WorkflowListPage({ presets: [...presets], workflows, ...frameOf(c) }))
    })
    .get("/:id", async (c) => {
      const preset = findPreset(c.req.param("id"))
      const stored = preset
        ? await findPresetWorkflow(deps, preset.name)
        : await getWorkflow(deps, pathId(c, "WorkflowNotFoundError"))
      const workflow = preset ? { ...preset, id: preset.name, name: preset.title } : stored
      if (!workflow) throw new Error("Neither a preset nor a workflow.")
      const runs = stored ? await listRuns(deps, { limit: LISTED, workflowId: stored.id }) : []
      const documents = await listDocuments(deps, { limit: LISTED })
      const models = await usableModels(deps.models)
      return c.html(WorkflowPage({ workflow, documents, runs, models, ...frameOf(c) }))
    })
    .post("/:id/start", async (c) => {
      const form = await readForm(c, startForm)
      const given = parse(startInput, { input: { ...form, model: form.model || undefined } })
      const preset = findPreset(c.req.param("id"))
      const workflow: Workflow = preset
        ? await usePreset(deps, preset)
        : await getWorkflow(deps, pathId(c, "WorkflowNotFoundError"))
      const run = await startRun(deps, workflow, given)
      return c.redirect(`/runs/${run.id}`, 303)
    })
}
