import { escapeHtml } from "@kitajs/html"
import type { Run } from "../../src/features/runs/schema"
import { posted } from "../form"
import { Icon } from "../icon"

/** A budget that was refused, with why. */
export type BudgetTrouble = { message: string; typed: string }

/** Starts a failed run again from where it failed. Asks for a budget if that was too small. */
export function Retry({ run }: { run: Run }): JSX.Element {
  if (run.status !== "failed" || run.replay) return ""
  const hadBudget = run.errors.some(({ error }) => error === "BudgetExceededError")
  return (
    <form class="remedy" {...posted(`/runs/${run.id}/retry`)} hx-disable="find button">
      {hadBudget && run.budget_usd !== null ? <BudgetField usd={2 * run.budget_usd} /> : null}
      <button class="button" type="submit">
        <Icon name="retry" />
        Retry from the failed step
      </button>
      <p class="muted">Starts a new run that keeps the finished steps at no cost.</p>
    </form>
  )
}

/** Raises the budget of a run that waits for it. A refusal is shown beside the field. */
export function RaiseBudget({ run, trouble }: { run: Run; trouble?: BudgetTrouble | undefined }) {
  const { limit_usd = run.budget_usd ?? 0, spent_usd = 0, estimate_usd } = run.waiting ?? {}
  const needed = spent_usd + (estimate_usd ?? 0)
  const action = `/runs/${run.id}/budget`
  const inPlace = { "hx-target": "#run", "hx-select": "#run", "hx-swap": "outerHTML" }
  return (
    <form
      class="remedy"
      {...{ method: "post", action, "hx-post": action, ...inPlace }}
      {...{ "hx-sync": "#run:replace", "hx-status:400": "swap:outerHTML" }}
      hx-disable="find button"
      hx-morph-skip={trouble !== undefined}
      data-draft
    >
      <BudgetField usd={Math.max(2 * limit_usd, needed)} trouble={trouble} />
      <button class="button primary" type="submit">
        <Icon name="play" />
        Raise and continue
      </button>
    </form>
  )
}

type BudgetFieldProps = { usd: number; trouble?: BudgetTrouble | undefined }

/** Suggests an amount, in whole cents if it has any. */
function BudgetField({ usd, trouble }: BudgetFieldProps): JSX.Element {
  const suggested = usd >= 0.01 ? (Math.ceil(usd * 100) / 100).toFixed(2) : String(usd)
  return (
    <div class="field">
      <label for="budget_usd">Budget of the run, in USD</label>
      <input
        {...{ id: "budget_usd", name: "budget_usd", type: "number" }}
        {...{ min: "0", max: "999999", step: "any", required: true }}
        value={escapeHtml(trouble?.typed ?? suggested)}
        aria-invalid={trouble ? "true" : undefined}
        aria-describedby={trouble ? "budget-trouble" : undefined}
      />
      {trouble ? (
        <p class="issues" id="budget-trouble" role="alert" data-told data-error-message safe>
          {trouble.message}
        </p>
      ) : null}
    </div>
  )
}
