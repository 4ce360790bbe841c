import type { Run, RunVerb } from "../../src/features/runs/schema"
import type { WorkflowNode } from "../../src/platform/shapes/workflow-node"
import { costNote, formatCount, formatPercent, formatUsd, plural } from "../format"
import { Icon, type IconName } from "../icon"
import { Ago, Elapsed, Until } from "../time"
import { nodeHref } from "./href"
import { RunProgress } from "./list"
import { RunOrigin } from "./origin"
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

type RunHeadProps = { run: Run; nodes: WorkflowNode[]; shown: string; verbs: RunVerb[] }

/** The query, the status and the cost of a run. */
export function RunHead({ run, nodes, shown, verbs }: RunHeadProps): JSX.Element {
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
          {verbs.map((verb) => (
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
      <WaitingNote run={run} nodes={nodes} />
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

function WaitingNote({ run, nodes }: Pick<RunHeadProps, "run" | "nodes">): JSX.Element {
  if (!run.waiting) return run.pause_requested ? <PauseNote /> : ""
  const { reason, node, until } = run.waiting
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
          <span
            safe
          >{`${name} reached a limit of the model provider. The run continues on its own.`}</span>
        )}
        {reason === "budget" && "The budget is used up. Raise it to continue."}
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

function PauseNote(): JSX.Element {
  return (
    <p class="callout" data-tone="attention">
      <Icon name="pause" />
      <span>It pauses once the running steps are done.</span>
    </p>
  )
}

/** Errors of the other steps. The step shown below shows its own. */
function RunErrors({ run, nodes, shown }: Omit<RunHeadProps, "verbs">): JSX.Element {
  const elsewhere = run.errors.filter(({ node }) => node !== shown)
  return (
    <>
      {elsewhere.map(({ node, error, message }) => (
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
          </div>
        </div>
      ))}
    </>
  )
}
