import { type Context, Hono } from "hono"
import { z } from "zod"
import type { GateTrouble } from "../../../views/runs/gate"
import type { RunTrouble, RunView } from "../../../views/runs/page"
import { actorOf } from "../../platform/actors/actor"
import { AppError, invalid, issuesOf } from "../../platform/errors"
import { statusOfError } from "../../platform/http/errors"
import { readForm } from "../../platform/http/form"
import { isHtmx } from "../../platform/http/go-to"
import { parse, pathId } from "../../platform/http/validate"
import { readJsonText } from "../../platform/shapes/json-text"
import { gateDecisions } from "../../platform/shapes/run"
import { decide } from "./control/decide"
import type { RunDeps } from "./leases/supervisor"
import { gateInput } from "./schema"

const NOT_FOUND = "RunNotFoundError"

const text = z.string().optional()
const gateForm = z.strictObject({
  decision: z.enum(gateDecisions),
  version: z.coerce.number(),
  ...{ content: text, data: text, feedback: text },
})
type GateForm = z.infer<typeof gateForm>

/** Answers a form with the run's page, and with what was refused. */
export type ShowRun = (
  c: Context,
  deps: RunDeps,
  view: RunView,
  trouble?: RunTrouble,
) => Promise<Response>

/** Decisions from a run's page. A refused one is shown there again with its text. */
export function gatePages(deps: RunDeps, showRun: ShowRun): Hono {
  return new Hono()
    .get("/:id/gates/:node", (c) => c.redirect(`${pageOf(c)}#gate`, 303))
    .post("/:id/gates/:node", async (c) => {
      const id = pathId(c, NOT_FOUND)
      const node = c.req.param("node")
      const form = await readForm(c, gateForm)
      try {
        await decide(deps, id, node, parse(gateInput, inputOf(form)), await actorOf(c, deps))
      } catch (error) {
        if (!(error instanceof AppError) || !isShown(error)) throw error
        c.status(statusOfError(error.name))
        return showRun(c, deps, { node }, { gate: troubleOf(error, form) })
      }
      return isHtmx(c) ? showRun(c, deps, {}) : c.redirect(`/runs/${id}`, 303)
    })
}

function pageOf(c: Context): string {
  const query = new URLSearchParams({ node: c.req.param("node") ?? "" })
  return `/runs/${pathId(c, NOT_FOUND)}?${query}`
}

/** Returns the API's input. Throws ValidationError for data that isn't JSON. */
function inputOf({ data, feedback, ...form }: GateForm) {
  const input = { ...form, feedback: feedback?.trim() ? feedback : undefined }
  if (data === undefined) return input
  const read = readJsonText(data)
  if ("value" in read) return { ...input, data: read.value }
  throw invalid("data", read.fault.message)
}

const shown = ["ValidationError", "ConcurrentModificationError", "WorkflowStateError"]
const isShown = ({ name }: AppError) => shown.includes(name)

function troubleOf(error: AppError, { version, ...typed }: GateForm): GateTrouble {
  const isOutdated = error.name === "ConcurrentModificationError"
  const kept = "It is shown below; what you typed is kept, and not sent."
  const message = isOutdated ? `${error.message} ${kept}` : error.message
  const issues = error.name === "ValidationError" ? linesOf(issuesOf(error), typed.data) : []
  return { message, issues, typed }
}

/** Replaces paths into typed data by line numbers. */
function linesOf(issues: GateTrouble["issues"], data: string | undefined) {
  const read = data === undefined ? undefined : readJsonText(data)
  if (!read || "fault" in read) return issues
  return issues.map(({ path, message }) => {
    const [, ...inside] = path.split(".")
    const place = inside.map((part) => (/^\d+$/.test(part) ? Number(part) : part))
    return { path: `Line ${read.lineOf(place)}, ${inside.join(".") || "all"}`, message }
  })
}
