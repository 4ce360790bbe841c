import { Hono } from "hono"
import { z } from "zod"
import { WorkflowPage } from "../../../views/workflows/page"
import { usableModels } from "../../engines/models/choices"
import { readForm } from "../../platform/http/form"
import { frameOf } from "../../platform/http/frame"
import { goTo } from "../../platform/http/go-to"
import { parse, pathId } from "../../platform/http/validate"
import { pickedIn, pickerFields, pickerOf } from "../library/picker-form"
import { findPreset } from "../workflows/presets"
import type { Workflow } from "../workflows/schema"
import { findPresetWorkflow, getWorkflow, usePreset } from "../workflows/service"
import type { RunDeps } from "./leases/supervisor"
import { startInput } from "./schema"
import { listRuns, startRun } from "./service"

const NOT_FOUND = "WorkflowNotFoundError"
const LISTED = 200

const startForm = z.object({
  query: z.string(),
  model: z.string().optional(),
  ...pickerFields,
})

export function workflowRunPages(deps: RunDeps): Hono {
  return new Hono()
    .get("/:id", async (c) => {
      const preset = findPreset(c.req.param("id"))
      const stored = preset
        ? await findPresetWorkflow(deps, preset.name)
        : await getWorkflow(deps, pathId(c, NOT_FOUND))
      const workflow = preset ? { ...preset, id: preset.name, name: preset.title } : stored
      if (!workflow) throw new Error("Neither a preset nor a workflow.")
      const runs = stored ? await listRuns(deps, { limit: LISTED, workflowId: stored.id }) : []
      const picker = await pickerOf(c, deps, "document_ids")
      const models = await usableModels(deps.models)
      const own = preset === undefined
      return c.html(WorkflowPage({ workflow, own, picker, runs, models, ...frameOf(c) }))
    })
    .post("/:id/start", async (c) => {
      const form = await readForm(c, startForm)
      const { query, model } = form
      const picked = pickedIn(form, "document_ids")
      const input = {
        query,
        model: model || undefined,
        ...(picked.length > 0 && { document_ids: picked }),
      }
      const given = parse(startInput, { input })
      const preset = findPreset(c.req.param("id"))
      const workflow: Workflow = preset
        ? await usePreset(deps, preset)
        : await getWorkflow(deps, pathId(c, NOT_FOUND))
      const run = await startRun(deps, workflow, given)
      return goTo(c, `/runs/${run.id}`)
    })
}
