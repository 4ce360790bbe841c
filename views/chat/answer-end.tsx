import type { ShownMessage } from "../../src/features/chat/schema"
import { formatCount, formatDuration, formatUsd, plural } from "../format"
import { Icon } from "../icon"
import { SourceList } from "../runs/sources"
import { answering } from "./answering"
import { Siblings } from "./siblings"
import { Unread } from "./unread"

type AnswerProps = { message: ShownMessage }

/** The part below an answer's text, which is replaced when the answer is complete. */
export function AnswerEnd({ message }: AnswerProps): JSX.Element {
  const { id, metadata } = message
  if (metadata.generating) return <Growing message={message} />
  return (
    <div id={`end-${id}`} class="answer-end">
      <Broken message={message} />
      <Sources message={message} />
      <Unread message={message} />
      <div class="said-actions">
        <CopyButton message={message} />
        {metadata.error ? null : (
          <Again {...{ message, verb: "again", label: "Regenerate", quiet: true }} />
        )}
        <Siblings message={message} />
        <Facts metadata={metadata} />
      </div>
    </div>
  )
}

function Growing({ message }: AnswerProps): JSX.Element {
  return (
    <div id={`end-${message.id}`} class="answer-end" data-generating>
      <Doing message={message} />
    </div>
  )
}

export function Doing({ message }: AnswerProps): JSX.Element {
  const { id, content, metadata } = message
  return (
    <p id={`doing-${id}`} class="doing muted" role="status">
      <span class="spinner" aria-hidden="true"></span>
      <span>{content ? "Answering…" : metadata.use_rag ? "Searching…" : "Thinking…"}</span>
    </p>
  )
}

function Broken({ message }: AnswerProps): JSX.Element {
  const { error, stopped } = message.metadata
  if (error) {
    return (
      <div class="callout" data-tone="bad">
        <Icon name="alert" />
        <div>
          <p class="error-text" safe>
            {error.message}
          </p>
          <div class="said-actions">
            <Again {...{ message, verb: "again", label: "Retry" }} />
            {message.content ? (
              <Again {...{ message, verb: "continue", label: "Continue" }} />
            ) : null}
          </div>
        </div>
      </div>
    )
  }
  if (!stopped) return ""
  return (
    <div class="stopped muted">
      <Icon name="stop" />
      <span>Stopped</span>
      <Again {...{ message, verb: "continue", label: "Continue" }} />
    </div>
  )
}

type AgainProps = AnswerProps & { verb: "again" | "continue"; label: string; quiet?: boolean }

/** A button that has the message answered once more, or its answer go on. */
function Again({ message, verb, label, quiet = false }: AgainProps): JSX.Element {
  return (
    <form {...answering(`/chat/${message.session_id}/${verb}`)} hx-disable="find button">
      <input type="hidden" name="message_id" value={message.id} />
      <button class={quiet ? "button quiet" : "button"} type="submit">
        <Icon name={verb === "again" ? "retry" : "play"} />
        <span safe>{label}</span>
      </button>
    </form>
  )
}

function CopyButton({ message }: AnswerProps): JSX.Element {
  const { id, session_id, content } = message
  if (!content) return ""
  return (
    <button
      class="button quiet scripted"
      type="button"
      data-copy={`/chat/${session_id}/messages/${id}`}
    >
      <Icon name="copy" />
      <span>Copy</span>
    </button>
  )
}

function Sources({ message }: AnswerProps): JSX.Element {
  const { citations, removed_citations: removed = [] } = message.metadata
  const names = [...new Set(citations.map(({ document_name }) => document_name))]
  const left = plural(removed.length, "citation was", "citations were")
  return (
    <>
      {citations.length > 0 && (
        <details class="said-sources">
          <summary>
            <span safe>{plural(citations.length, "source")}</span>
            <span class="muted" safe>
              {names.join(", ")}
            </span>
          </summary>
          <SourceList citations={citations} />
        </details>
      )}
      {removed.length > 0 && (
        <p class="muted" safe>{`${left} left out: no source supports what it stood for.`}</p>
      )}
    </>
  )
}

function Facts({ metadata }: Pick<ShownMessage, "metadata">): JSX.Element {
  const { model, agent, usage, duration_s } = metadata
  if (!model) return ""
  const tokens = usage?.output_tokens ?? undefined
  return (
    <ul class="facts-line">
      {agent !== undefined && <li safe>{agent}</li>}
      <li>
        <code safe>{model}</code>
      </li>
      {tokens !== undefined && (
        <li class="number" safe>
          {`${formatCount((usage?.input_tokens ?? 0) + tokens)} tokens`}
        </li>
      )}
      {usage ? (
        <li class="number" safe>
          {usage.cost_usd === null ? "cost unknown" : formatUsd(usage.cost_usd)}
        </li>
      ) : null}
      {duration_s ? (
        <li class="number" safe>
          {formatDuration(duration_s * 1000)}
        </li>
      ) : null}
    </ul>
  )
}
