import type { Artifact, LogLine, Run } from "../../src/features/runs/schema"
import type { Call } from "../../src/features/usage/schema"
import type { WorkflowNode } from "../../src/platform/shapes/workflow-node"
import { Icon } from "../icon"
import { Elapsed } from "../time"
import { ArtifactView } from "./artifact"
import { CallList } from "./calls"
import { StepError } from "./failure"
import { nodeHref, swapRun } from "./href"
import { itemStatus, type MapItem } from "./items"
import { StatusPill } from "./status"
import { StepLog } from "./step"
import { Writing } from "./writing"

export type ItemPanelProps = {
  run: Run
  definition: WorkflowNode
  item: MapItem
  artifact: Artifact | undefined
  /** What its model has written so far. */
  written: string
  /** Calls of the whole node. */
  calls: Call[]
  log: LogLine[]
}

/** The step of one item of a map. */
export function ItemPanel(props: ItemPanelProps): JSX.Element {
  const { run, definition, item, artifact, calls, log } = props
  const { index, title, step } = item
  const back = nodeHref(run, definition.id)
  const mention = `item ${index + 1} `
  return (
    <section id="step" class="step" aria-labelledby="step-head">
      <nav aria-label="Items" class="crumbs">
        <a href={back} {...swapRun(back)}>
          <Icon name="back" />
          <span safe>{`All items of ${definition.name}`}</span>
        </a>
      </nav>
      <header class="step-head">
        <h2 id="step-head" safe>{`${index + 1}. ${title}`}</h2>
        <StatusPill status={itemStatus(run, item)} />
        {step?.started_at ? (
          <p class="muted">
            <Elapsed from={step.started_at} to={step.completed_at} />
          </p>
        ) : null}
      </header>
      {step?.error ? (
        <StepError {...{ run, node: definition.id, error: step.error }} attempts={step.attempt} />
      ) : null}
      {step?.status === "running" ? (
        <Writing run={run.id} node={definition.id} item={index} text={props.written} />
      ) : null}
      {artifact ? <ArtifactView run={run} artifact={artifact} isItem /> : null}
      <div class="folds">
        <StepLog
          run={run}
          id={definition.id}
          lines={log.filter(({ message }) => message.includes(mention))}
        />
        <CallList calls={calls.filter(({ map_index }) => map_index === index)} />
      </div>
    </section>
  )
}
