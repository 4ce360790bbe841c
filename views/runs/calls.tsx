import type { Call } from "../../src/features/usage/schema"
import { formatCount, formatDuration, formatUsd, formatValue, plural } from "../format"
import { StateMark } from "../pill"

/** The step's model calls and searches, verbatim, with the answers. */
export function CallList({ calls }: { calls: Call[] }): JSX.Element {
  if (calls.length === 0) return ""
  return (
    <details class="fold" id="calls">
      <summary>
        <h3>Calls</h3>
        <span class="muted number" safe>
          {plural(calls.length, "call")}
        </span>
      </summary>
      <ol class="calls">
        {calls.map((call) => (
          <CallItem call={call} />
        ))}
      </ol>
    </details>
  )
}

function CallItem({ call }: { call: Call }): JSX.Element {
  const failed = call.error !== null
  return (
    <li>
      <details class="call" id={`call-${call.id}`}>
        <summary>
          <StateMark
            label={failed ? "Failed" : "Answered"}
            tone={failed ? "bad" : "good"}
            icon={failed ? "alert" : "check"}
          />
          <code safe>
            {call.kind === "retrieval" ? "search" : `${call.provider}/${call.model}`}
          </code>
          <span class="muted number" safe>
            {callNote(call)}
          </span>
        </summary>
        {call.error ? (
          <p class="callout" data-tone="bad">
            <span class="error-text" safe>
              {call.error}
            </span>
          </p>
        ) : null}
        <RequestId call={call} />
        <Body title={call.kind === "retrieval" ? "Query" : "Prompt"} value={call.request} />
        <Body title={call.kind === "retrieval" ? "Found" : "Answer"} value={call.response} />
      </details>
    </li>
  )
}

function callNote(call: Call): string {
  const parts = [formatDuration(call.duration_ms)]
  if (call.first_token_ms !== null) parts.push(`first token ${formatDuration(call.first_token_ms)}`)
  if (call.input_tokens !== null) parts.push(`${formatCount(call.input_tokens)} in`)
  if (call.output_tokens !== null) parts.push(`${formatCount(call.output_tokens)} out`)
  if (call.cached_tokens) parts.push(`${formatCount(call.cached_tokens)} cached`)
  if (call.kind === "model")
    parts.push(call.cost_usd === null ? "cost unknown" : formatUsd(call.cost_usd))
  if (call.retries > 0) parts.push(plural(call.retries, "retry", "retries"))
  if (call.attempt > 1) parts.push(`attempt ${call.attempt}`)
  return parts.join(" · ")
}

function RequestId({ call }: { call: Call }): JSX.Element {
  if (call.request_id === null) return ""
  return (
    <p class="muted">
      Request id <code safe>{call.request_id}</code>
    </p>
  )
}

/** Shows the messages of a prompt or the text of an answer as text, anything else as JSON. */
function Body({ title, value }: { title: string; value: unknown }): JSX.Element {
  if (value === null || value === undefined) return ""
  return (
    <section class="call-body">
      <h4 safe>{title}</h4>
      {partsOf(value).map(({ role, text }) => (
        <div>
          <p class="overline" safe>
            {role}
          </p>
          <pre tabindex="0" safe>
            {text}
          </pre>
        </div>
      ))}
    </section>
  )
}

function partsOf(value: unknown): { role: string; text: string }[] {
  const messages = property(value, "messages")
  if (!Array.isArray(messages))
    return [{ role: "", text: formatValue(property(value, "text") ?? value) }]
  const system = property(value, "system")
  const parts = messages.map((message) => ({
    role: String(property(message, "role") ?? "message"),
    text: formatValue(property(message, "content")),
  }))
  return system ? [{ role: "system", text: formatValue(system) }, ...parts] : parts
}

function property(value: unknown, name: string): unknown {
  if (typeof value !== "object" || value === null) return undefined
  return (value as Record<string, unknown>)[name]
}
