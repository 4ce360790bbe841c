import type { Run, RunVerb } from "../../src/features/runs/schema"
import type { WorkflowNode } from "../../src/platform/shapes/workflow-node"
import { costNote, formatCount, formatPercent, formatUsd, plural } from "../format"
import { Icon, type IconName } from "../icon"
import { Ago, Elapsed, Until } from "../time"
import { nodeHref } from "./href"
import { RunProgress } from "./list"
import { RunOrigin } from "./origin"
import { type BudgetTrouble, RaiseBudget, Retry } from "./remedy"
import { runIsOver, StatusPill } from "./status"

const TITLE_MAX = 140

const verbLooks: Record<RunVerb, { label: string; icon: IconName; confirm?: string }> = {
  pause: { label: "Pause", icon: "pause" },
  resume: { label: "Resume", icon: "play" },
  cancel: {
    label: "Cancel",
    icon: "stop",
    confirm: "Cancel this run? Finished steps are kept, the others don't run.",
  },
}

type RunHeadProps = {
  run: Run
  nodes: WorkflowNode[]
  shown: string
  verbs: RunVerb[]
  trouble: BudgetTrouble | undefined
}

/** The query, the status and the cost of a run. */
export function RunHead({ run, nodes, shown, verbs, trouble }: RunHeadProps): JSX.Element {
  // Without a higher budget, a run that has spent it would stop again at once.
  const isUseful = (verb: RunVerb) => verb !== "resume" || !needsBudget(run)
  return (
    <header class="page-head run-head">
      <nav aria-label="Breadcrumb" class="crumbs">
        <a href={run.agent_id ? `/agents/${run.agent_id}` : `/workflows/${run.workflow_id}`}>
          <Icon name="back" />
          <span safe>{run.workflow_name}</span>
        </a>
      </nav>
      <div class="run-title">
        <Query query={run.input.query} />
        <div class="run-verbs">
          {verbs.filter(isUseful).map((verb) => (
            <VerbButton run={run} verb={verb} />
          ))}
        </div>
      </div>
      <RunFacts run={run} />
      <RunOrigin run={run} />
      {!runIsOver(run.status) && (
        <div class="run-progress">
          <RunProgress run={run} />
          <span class="muted number" data-progress-text={`run:${run.id}`} safe>
            {formatPercent(run.progress)}
          </span>
        </div>
      )}
      <WaitingNote run={run} nodes={nodes} trouble={trouble} />
      <RunErrors run={run} nodes={nodes} shown={shown} />
    </header>
  )
}

/** Shows the start of a long request as title; the full text folds out. */
function Query({ query }: { query: string }): JSX.Element {
  if (query.length <= TITLE_MAX && !query.includes("\n")) return <h1 safe>{query}</h1>
  const [line = ""] = query.split("\n")
  const title = line.length <= TITLE_MAX ? line : `${line.slice(0, TITLE_MAX).trimEnd()}…`
  return (
    <div class="query">
      <h1 safe>{title}</h1>
      <details id="query">
        <summary class="muted">Full request</summary>
        <p class="query-text" safe>
          {query}
        </p>
      </details>
    </div>
  )
}

function VerbButton({ run, verb }: { run: Run; verb: RunVerb }): JSX.Element {
  const { label, icon, confirm } = verbLooks[verb]
  return (
    <form method="post" action={`/runs/${run.id}/${verb}`} data-confirm={confirm}>
      <input type="hidden" name="version" value={String(run.version)} />
      <button class="button" type="submit">
        <Icon name={icon} />
        <span safe>{label}</span>
      </button>
    </form>
  )
}

function RunFacts({ run }: { run: Run }): JSX.Element {
  const nodes = Object.values(run.nodes)
  const tokens = nodes.reduce((sum, { usage }) => sum + usage.input_tokens + usage.output_tokens, 0)
  const chosen = run.input.document_ids?.length
  const documents = chosen ? plural(chosen, "selected document") : "All documents"
  return (
    <ul class="facts-line">
      <li>
        <StatusPill status={run.status} />
      </li>
      <li>
        <span class="hidden-text">Time: </span>
        <Elapsed from={run.started_at} to={run.completed_at} />
      </li>
      <li class="number" safe>
        {`${costNote(run)}${run.budget_usd === null ? "" : `, budget ${formatUsd(run.budget_usd)}`}`}
      </li>
      <li class="number" safe>
        {`${formatCount(tokens)} tokens`}
      </li>
      <li safe>{documents}</li>
      <li>
        <span>Started </span>
        <Ago at={run.started_at} />
      </li>
      <ModelNote models={nodes.flatMap(({ model }) => model ?? [])} />
      {run.records_removed_at ? (
        <li class="note-line">
          Prompts, answers, passages, log and checkpoints were deleted because of their age:{" "}
          <Ago at={run.records_removed_at} />
        </li>
      ) : null}
    </ul>
  )
}

/** The models that answered. Says so if the offline provider, which is no model, was used. */
export function ModelNote({ models }: { models: string[] }): JSX.Element {
  const used = [...new Set(models)]
  if (used.length === 0) return ""
  const offline = used.some((model) => model.startsWith("offline"))
  return (
    <>
      <li>
        <code safe>{used.join(", ")}</code>
      </li>
      {offline && <li class="note-line">extractive: no language model was used</li>}
    </>
  )
}

type WaitingNoteProps = Pick<RunHeadProps, "run" | "nodes" | "trouble">

function WaitingNote({ run, nodes, trouble }: WaitingNoteProps): JSX.Element {
  if (!run.waiting) return run.pause_requested ? <PauseNote /> : ""
  const { reason, node, until, message } = run.waiting
  if (needsBudget(run)) return <BudgetNote run={run} trouble={trouble} />
  const name = nodes.find(({ id }) => id === node)?.name ?? "This step"
  return (
    <p class="callout" data-tone="attention">
      <Icon name="clock" />
      <span>
        {reason === "gate" && (
          <>
            Waiting for <a href={`${nodeHref(run, node ?? "")}#gate`}>your decision</a>
            <span safe>{` at ${name}.`}</span>
          </>
        )}
        {reason === "limit" && (
          <span safe>
            {`${message ?? `${name} reached a limit of the model provider.`} The run continues on its own.`}
          </span>
        )}
        {reason === "budget" && (
          <>
            <span safe>{message ?? "The budget of the day is used up."}</span> Raise it in the{" "}
            <a href="/settings">settings</a> to continue.
          </>
        )}
        {until ? (
          <>
            {reason === "gate" ? " Without one, the run fails on " : " At the latest on "}
            <Until at={until} />.
          </>
        ) : null}
      </span>
    </p>
  )
}

/** True if the run waits for a higher budget of its own. That of a day begins anew by itself. */
function needsBudget({ waiting }: Run): boolean {
  return waiting?.reason === "budget" && !waiting.until
}

function BudgetNote({ run, trouble }: Omit<WaitingNoteProps, "nodes">): JSX.Element {
  return (
    <div class="callout" data-tone="attention">
      <Icon name="clock" />
      <div>
        <p safe>{run.waiting?.message ?? `This run has spent ${costNote(run)}, all it may.`}</p>
        <RaiseBudget run={run} trouble={trouble} />
      </div>
    </div>
  )
}

function PauseNote(): JSX.Element {
  return (
    <p class="callout" data-tone="attention">
      <Icon name="pause" />
      <span>It pauses once the running steps are done.</span>
    </p>
  )
}

/** Errors of the other steps. The step shown below shows its own. */
function RunErrors({ run, nodes, shown }: Pick<RunHeadProps, "run" | "nodes" | "shown">) {
  const elsewhere = run.errors.filter(({ node }) => node !== shown)
  return (
    <>
      {elsewhere.map(({ node, error, message }, at) => (
        <div class="callout" data-tone="bad">
          <Icon name="alert" />
          <div>
            <p>
              {node ? (
                <a href={`/runs/${run.id}?node=${encodeURIComponent(node)}`} safe>
                  {nodes.find(({ id }) => id === node)?.name ?? node}
                </a>
              ) : null}
              <code safe>{error}</code>
            </p>
            <p safe>{message}</p>
            {at === 0 && elsewhere.length === run.errors.length ? <Retry run={run} /> : null}
          </div>
        </div>
      ))}
    </>
  )
}
