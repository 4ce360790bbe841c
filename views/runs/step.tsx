import type {
  Artifact,
  ArtifactVersion,
  LogLine,
  Run,
  RunNode,
} from "../../src/features/runs/schema"
import type { Call } from "../../src/features/usage/schema"
import type { RetrievalResult } from "../../src/platform/shapes/passage"
import type { WorkflowNode } from "../../src/platform/shapes/workflow-node"
import { formatCount, formatPercent, formatUsd, formatValue, plural } from "../format"
import { Icon } from "../icon"
import { Elapsed } from "../time"
import { ArtifactView } from "./artifact"
import { CallList } from "./calls"
import { StepError } from "./failure"
import { Gate, type GateProps } from "./gate"
import { nodeHref, swapRun } from "./href"
import { ItemList, type MapItem } from "./items"
import { Log } from "./log"
import { PassageList } from "./passages"
import { StatusPill } from "./status"
import { Versions, type VersionsProps } from "./versions"
import { Writing } from "./writing"

export type StepPanelProps = {
  run: Run
  id: string
  definition: WorkflowNode | undefined
  nodes: WorkflowNode[]
  artifact: Artifact | undefined
  /** Calls of this node. */
  calls: Call[]
  passages: RetrievalResult[]
  log: LogLine[]
  /** All versions of its artifact, or of the artifact it decides on; oldest first. */
  versions: ArtifactVersion[]
  compare: VersionsProps["compare"]
  items: MapItem[]
  /** What its model has written so far. */
  written: string
  /** The decision, if the run is waiting for one here. */
  gate?: GateProps | undefined
}

/** One step: its artifact first, then its log, passages and calls. */
export function StepPanel(props: StepPanelProps): JSX.Element {
  const { run, id, definition, artifact, calls, passages, log, gate, items, versions } = props
  const node = run.nodes[id]
  const name = definition?.name ?? node?.agent_name ?? id
  if (!node) return <section id="step" class="step" aria-label="Step" />
  return (
    <section id="step" class="step" aria-labelledby="step-head">
      <header class="step-head">
        <h2 id="step-head" safe>
          {name}
        </h2>
        <StatusPill status={node.status} />
        <StepFacts node={node} />
      </header>
      {definition?.description ? (
        <p class="muted" safe>
          {definition.description}
        </p>
      ) : null}
      <StepState {...props} node={node} />
      <ItemList run={run} node={id} items={items} />
      <OlderNote {...props} />
      {gate ? <Gate {...gate} /> : null}
      {artifact ? (
        <ArtifactView run={run} artifact={artifact} sourcesBeside />
      ) : (
        node.output !== null && node.output !== undefined && <RawOutput output={node.output} />
      )}
      {node.status !== "pending" && (
        <div class="folds">
          <Versions
            {...{ run, versions, shown: id, compare: props.compare, open: gate !== undefined }}
          />
          <StepLog run={run} id={id} lines={log} />
          <PassageList passages={passages} />
          <CallList calls={calls} />
        </div>
      )}
    </section>
  )
}

export function StepLog({
  run,
  id,
  lines,
}: {
  run: Run
  id: string
  lines: LogLine[]
}): JSX.Element {
  if (lines.length === 0) return ""
  const url = `/runs/${run.id}?node=${encodeURIComponent(id)}`
  return (
    <details class="fold" id="step-log">
      <summary>
        <h3>Log</h3>
        <span class="muted number" safe>
          {plural(lines.length, "line")}
        </span>
      </summary>
      <Log id="log" url={url} follow={`log:${run.id}`} lines={lines} />
    </details>
  )
}

function StepFacts({ node }: { node: RunNode }): JSX.Element {
  const tokens = node.usage.input_tokens + node.usage.output_tokens
  if (!node.started_at) return ""
  return (
    <ul class="facts-line">
      <li>
        <Elapsed from={node.started_at} to={node.completed_at} />
      </li>
      {tokens > 0 && (
        <li class="number" safe>
          {`${formatCount(tokens)} tokens`}
        </li>
      )}
      {node.status === "completed" && (
        <li class="number" safe>
          {node.cost_usd === null ? "cost unknown" : formatUsd(node.cost_usd)}
        </li>
      )}
      {node.attempts > 1 && (
        <li class="number" safe>
          {`attempt ${node.attempts}`}
        </li>
      )}
      {node.model ? (
        <li>
          <code safe>{node.model}</code>
        </li>
      ) : null}
    </ul>
  )
}

/** Says that a newer version exists. */
function OlderNote({ run, id, artifact, versions }: StepPanelProps): JSX.Element {
  const newest = versions.at(-1)
  if (!artifact || !newest || artifact.version === newest.version) return ""
  const href = nodeHref(run, id)
  return (
    <p class="callout" data-tone="attention">
      <Icon name="clock" />
      <span>
        <span safe>{`This is version ${artifact.version}. `}</span>
        <a href={href} {...swapRun(href)} safe>
          {`Go to the newest, version ${newest.version}`}
        </a>
      </span>
    </p>
  )
}

function StepState(props: StepPanelProps & { node: RunNode }): JSX.Element {
  const { run, id, definition, nodes, node, log } = props
  const topic = `node:${run.id}/${id}`
  if (node.status === "running")
    return (
      <div class="working">
        <progress
          max="1"
          value={node.progress}
          data-progress={topic}
          aria-label="Progress"
        ></progress>
        <p class="muted">
          <span data-message={topic} safe>
            {node.message || "Working…"}
          </span>
          <span class="number" data-progress-text={topic} safe>
            {formatPercent(node.progress)}
          </span>
        </p>
        <Writing run={run.id} node={id} text={props.written} />
      </div>
    )
  if (node.status === "pending")
    return (
      <p class="muted" safe>
        {pendingNote(definition, nodes, run)}
      </p>
    )
  if (node.status === "skipped")
    return (
      <p class="muted" safe>
        {skippedNote(log)}
      </p>
    )
  if (!node.error) return ""
  return <StepError run={run} node={id} error={node.error} attempts={node.attempts} />
}

function pendingNote(
  definition: WorkflowNode | undefined,
  nodes: WorkflowNode[],
  run: Run,
): string {
  const open = (definition?.dependencies ?? []).filter(
    (id) => run.nodes[id]?.status !== "completed",
  )
  const names = open.map((id) => nodes.find((node) => node.id === id)?.name ?? id)
  if (names.length === 0) return "It starts as soon as a slot is free."
  return `It starts when ${names.join(" and ")} ${names.length === 1 ? "is" : "are"} done.`
}

/** Takes the reason from the log, which may have been deleted because of its age. */
function skippedNote(log: LogLine[]): string {
  const [, why] = log.at(-1)?.message.split("skipped, since ") ?? []
  return why ? `It was skipped because ${why}.` : "It was skipped."
}

function RawOutput({ output }: { output: unknown }): JSX.Element {
  return (
    <pre class="raw" tabindex="0">
      <code safe>{formatValue(output)}</code>
    </pre>
  )
}
