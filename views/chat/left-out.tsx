import type { LeftOut as LeftOutMessages } from "../../src/features/chat/schema"
import { plural } from "../format"
import { markdown } from "../markdown"
import { answering } from "./answering"

type LeftOutProps = { left: LeftOutMessages; sessionId: string }

/** Stands where what is sent to the model begins, and shows what is sent instead of the rest. */
export function LeftOut({ left, sessionId }: LeftOutProps): JSX.Element {
  const { messages, summary } = left
  const safeSummary = markdown(summary?.text ?? "", { shift: 2, showHosts: true })
  const isWhole = summary && summary.messages >= messages
  return (
    <div class="left-out muted" role="note">
      <p safe>{sentenceOf(left)}</p>
      {summary ? (
        <details>
          <summary>Show the summary</summary>
          <div class="left-out-summary prose">{safeSummary}</div>
          <form {...answering(`/chat/${sessionId}/summary/remove`)} hx-disable="find button">
            <button class="button quiet" type="submit">
              Remove the summary
            </button>
          </form>
        </details>
      ) : null}
      {isWhole ? null : (
        <form {...answering(`/chat/${sessionId}/summary`)} hx-disable="find button">
          <button class="button" type="submit">
            <span safe>{messages === 1 ? "Summarise it" : `Summarise all ${messages}`}</span>
          </button>
        </form>
      )}
    </div>
  )
}

function sentenceOf({ messages, summary }: LeftOutMessages): string {
  const first = `The first ${plural(messages, "message")}`
  if (!summary) return `${first} were left out of the last answer: the model has no room for them.`
  const { messages: known } = summary
  if (known >= messages) return `The model gets a summary of the first ${plural(known, "message")}.`
  return `${first} were left out of the last answer. The model got a summary of the first ${known}.`
}
