import { Hono } from "hono"
import { z } from "zod"
import { actorOf } from "../../platform/actors/actor"
import { readForm } from "../../platform/http/form"
import { goTo, isHtmx } from "../../platform/http/go-to"
import { parse, pathId } from "../../platform/http/validate"
import { forkRun } from "./control/fork"
import { changeRun } from "./control/verbs"
import type { ShowRun } from "./gate-pages"
import type { RunDeps } from "./leases/supervisor"
import { forkInput, type Run, resumeInput } from "./schema"
import { getRun } from "./service"

const NOT_FOUND = "RunNotFoundError"

const retryForm = z.strictObject({ budget_usd: z.coerce.number().optional() })
const budgetForm = z.strictObject({ budget_usd: z.string() })

/** Goes on with a run that failed or has spent its budget. */
export function remedyPages(deps: RunDeps, showRun: ShowRun): Hono {
  return new Hono()
    .post("/:id/retry", async (c) => {
      const given = parse(forkInput, await readForm(c, retryForm))
      const { id } = await forkRun(deps, pathId(c, NOT_FOUND), given)
      return goTo(c, `/runs/${id}`)
    })
    .get("/:id/budget", (c) => c.redirect(`/runs/${pathId(c, NOT_FOUND)}`, 303))
    .post("/:id/budget", async (c) => {
      const id = pathId(c, NOT_FOUND)
      const { budget_usd: typed } = await readForm(c, budgetForm)
      const { data } = resumeInput.safeParse({ budget_usd: Number(typed || Number.NaN) })
      const message = faultOf(await getRun(deps, id), data?.budget_usd)
      if (message !== undefined) {
        c.status(400)
        return showRun(c, deps, {}, { budget: { message, typed } })
      }
      const raise = { budget_usd: Number(typed), by: await actorOf(c, deps) }
      await changeRun(deps, id, "resume", undefined, raise)
      return isHtmx(c) ? showRun(c, deps, {}) : c.redirect(`/runs/${id}`, 303)
    })
}

/** Says why the run would stop again at once, if it would. */
function faultOf({ waiting }: Run, budget_usd: number | undefined): string | undefined {
  if (budget_usd === undefined) return "Enter an amount from 0 to 999999."
  const { spent_usd = 0, estimate_usd } = waiting ?? {}
  const needed = spent_usd + (estimate_usd ?? 0)
  if (estimate_usd ? budget_usd >= needed : budget_usd > needed) return undefined
  return estimate_usd
    ? `Enter at least $${needed.toFixed(4)}: what is spent and what the next call may cost.`
    : `Enter more than $${needed.toFixed(4)}, which is spent.`
}
