import type { ChatMessage } from "../../src/features/chat/schema"
import { formatCount, formatUsd, plural } from "../format"
import { Icon } from "../icon"

/** One message. Replaced whole while its answer grows, so that a lost event does no harm. */
export function Said({ message }: { message: ChatMessage }): JSX.Element {
  const { id, role, content, session_id, metadata } = message
  const { error, generating } = metadata
  return (
    <article id={`message-${id}`} class="said" data-role={role}>
      <h2 class="hidden-text">{role === "user" ? "You" : "Answer"}</h2>
      {content !== "" && (
        <div class="said-text" safe>
          {content}
        </div>
      )}
      {error ? (
        <div class="callout" data-tone="bad">
          <Icon name="alert" />
          <p class="error-text" safe>
            {error.message}
          </p>
        </div>
      ) : null}
      {generating ? <Writing sessionId={session_id} /> : <Facts metadata={metadata} />}
    </article>
  )
}

function Writing({ sessionId }: { sessionId: string }): JSX.Element {
  const action = `/chat/${sessionId}/stop`
  return (
    <form class="writing muted" method="post" action={action} hx-post={action} hx-swap="none">
      <span class="spinner" aria-hidden="true"></span>
      <span>Answering…</span>
      <button class="button" type="submit">
        <Icon name="stop" />
        Stop
      </button>
    </form>
  )
}

function Facts({ metadata }: Pick<ChatMessage, "metadata">): JSX.Element {
  const { model, usage, stopped, error } = metadata
  if (!model) return ""
  const tokens = usage && usage.output_tokens !== null ? usage.output_tokens : undefined
  return (
    <ul class="facts-line">
      {stopped && !error ? <li>Stopped</li> : null}
      <li>
        <code safe>{model}</code>
      </li>
      {tokens === undefined ? null : (
        <li class="number" safe>
          {`${formatCount((usage?.input_tokens ?? 0) + tokens)} tokens`}
        </li>
      )}
      {usage ? (
        <li class="number" safe>
          {usage.cost_usd === null ? "cost unknown" : formatUsd(usage.cost_usd)}
        </li>
      ) : null}
      {usage && usage.trimmed_messages > 0 ? (
        <li safe>{`without the first ${plural(usage.trimmed_messages, "message")}`}</li>
      ) : null}
    </ul>
  )
}
