import type { Children } from "@kitajs/html"
import type { Artifact, Run } from "../../src/features/runs/schema"
import type { Issue } from "../../src/platform/shapes/issue"
import type { GateDecision } from "../../src/platform/shapes/run"
import type { WorkflowNode } from "../../src/platform/shapes/workflow-node"
import { Icon } from "../icon"
import { Until } from "../time"

/** Why a decision was refused, and what was typed with it. */
export type GateTrouble = {
  message: string
  issues: Issue[]
  typed: { decision: GateDecision; content?: string; data?: string; feedback?: string }
}

export type GateProps = {
  run: Run
  /** The waiting node, and the node whose artifact is to be decided on. */
  node: WorkflowNode
  about: WorkflowNode
  /** The newest version, which the decision applies to. */
  artifact: Artifact
  trouble?: GateTrouble | undefined
}

/** The form for a decision. Input is kept while the rest of the page refreshes. */
export function Gate(props: GateProps): JSX.Element {
  const { run, about, artifact, trouble } = props
  const until = run.waiting?.until
  return (
    <section
      id="gate"
      class="panel gate"
      aria-labelledby="gate-head"
      data-draft
      hx-morph-skip={trouble !== undefined}
    >
      <h3 id="gate-head" safe>{`Your decision on ${about.name}, version ${artifact.version}`}</h3>
      {until ? (
        <p class="muted">
          Without a decision, the run fails on <Until at={until} />.
        </p>
      ) : null}
      {trouble ? (
        <div class="callout" data-tone="bad" role="alert" data-told>
          <Icon name="alert" />
          <p data-error-message safe>
            {trouble.message}
          </p>
        </div>
      ) : null}
      <div class="gate-ways">
        <Decision {...props} decision="approve">
          <button class="button primary" type="submit">
            <Icon name="check" />
            <span safe>{`Approve version ${artifact.version}`}</span>
          </button>
        </Decision>
        <EditWay {...props} />
        <ChangesWay {...props} />
        <RejectWay {...props} />
      </div>
    </section>
  )
}

type DecisionProps = GateProps & {
  decision: GateDecision
  confirm?: string
  children: Children
}

/** The form of one decision, bound to the shown version. Also shows a refusal. */
function Decision({ run, node, artifact, decision, confirm, children }: DecisionProps) {
  const action = `/runs/${run.id}/gates/${encodeURIComponent(node.id)}`
  const inPlace = {
    ...{ "hx-post": action, "hx-target": "#run", "hx-select": "#run", "hx-swap": "outerHTML" },
    ...{
      "hx-sync": "#run:replace",
      "hx-status:400": "swap:outerHTML",
      "hx-status:409": "swap:outerHTML",
    },
    ...(confirm === undefined ? {} : { "hx-confirm": confirm }),
  }
  return (
    <form class="fields" method="post" action={action} {...inPlace} hx-disable="find button">
      <input type="hidden" name="decision" value={decision} />
      <input type="hidden" name="version" value={String(artifact.version)} />
      {children}
    </form>
  )
}

type WayProps = { decision: string; label: string; open: boolean; children: Children }

function Way({ decision, label, open, children }: WayProps): JSX.Element {
  return (
    <details class="way" id={`gate-${decision}`} open={open}>
      <summary class="button" safe>
        {label}
      </summary>
      {children}
    </details>
  )
}

/** The data of an artifact can be edited if the agent's schema can check it. */
function EditWay(props: GateProps): JSX.Element {
  const { about, artifact, trouble } = props
  const typed = trouble?.typed.decision === "edit" ? trouble.typed : undefined
  const save = `Save as version ${artifact.version + 1}`
  return (
    <Way decision="edit" label="Edit" open={typed !== undefined}>
      <Decision {...props} decision="edit">
        <Text
          name="content"
          label="Text, in Markdown"
          value={typed?.content ?? artifact.content}
          issues={typed?.content === undefined ? [] : trouble?.issues}
        />
        <button class="button" type="submit" safe>
          {save}
        </button>
      </Decision>
      {about.type === "agent" && typeof artifact.data === "object" && (
        <details class="fold" id="gate-data" open={typed?.data !== undefined}>
          <summary>Edit its data instead</summary>
          <Decision {...props} decision="edit">
            <Text
              name="data"
              label="Data, in JSON"
              note="The text is generated from it."
              value={typed?.data ?? JSON.stringify(artifact.data, null, 2)}
              issues={typed?.data === undefined ? [] : trouble?.issues}
              code
            />
            <button class="button" type="submit" safe>
              {save}
            </button>
          </Decision>
        </details>
      )}
    </Way>
  )
}

function ChangesWay(props: GateProps): JSX.Element {
  const { about, trouble } = props
  const typed = trouble?.typed.decision === "request_changes" ? trouble.typed : undefined
  return (
    <Way decision="request_changes" label="Request changes" open={typed !== undefined}>
      <Decision {...props} decision="request_changes">
        <Text
          name="feedback"
          label="What should change?"
          note={`${about.name} runs again with your feedback and the version shown.`}
          value={typed?.feedback ?? ""}
          issues={typed && trouble?.issues}
        />
        <button class="button" type="submit">
          Request these changes
        </button>
      </Decision>
    </Way>
  )
}

function RejectWay(props: GateProps): JSX.Element {
  const { trouble } = props
  const typed = trouble?.typed.decision === "reject" ? trouble.typed : undefined
  const confirm = "Reject it? The run fails, and nothing continues from here."
  return (
    <Way decision="reject" label="Reject" open={typed !== undefined}>
      <Decision {...props} decision="reject" confirm={confirm}>
        <Text
          name="feedback"
          id="gate-reason"
          label="Why? (optional)"
          value={typed?.feedback ?? ""}
          issues={typed && trouble?.issues}
          optional
        />
        <button class="button danger" type="submit">
          Reject and end the run
        </button>
      </Decision>
    </Way>
  )
}

type TextProps = {
  name: string
  id?: string
  label: string
  value: string
  note?: string
  issues?: Issue[] | undefined
  optional?: boolean
  code?: boolean
}

function Text(props: TextProps): JSX.Element {
  const { name, id = `gate-${name}`, label, value, note, issues = [], optional, code } = props
  const isInvalid = issues.length > 0
  return (
    <div class="field">
      <label for={id} safe>
        {label}
      </label>
      <div class={code ? "source" : undefined} data-numbered={code}>
        <textarea
          id={id}
          name={name}
          rows="6"
          required={!optional}
          spellcheck={code ? "false" : undefined}
          aria-invalid={isInvalid ? "true" : undefined}
          aria-describedby={isInvalid ? `${id}-issues` : undefined}
          safe
        >
          {`\n${value}`}
        </textarea>
      </div>
      {note ? (
        <p class="muted" safe>
          {note}
        </p>
      ) : null}
      {isInvalid && (
        <ul class="issues" id={`${id}-issues`}>
          {issues.map(({ path, message }) => (
            <li safe>{path && path !== name ? `${path}: ${message}` : message}</li>
          ))}
        </ul>
      )}
    </div>
  )
}
