import type { ShownMessage } from "../../src/features/chat/schema"
import { answering } from "./answering"

/** Shows the messages that could be in the place of this one: another version or answer. */
export function Siblings({ message }: { message: ShownMessage }): JSX.Element {
  const { id, session_id, role, siblings } = message
  const at = siblings.indexOf(id)
  if (siblings.length < 2) return ""
  const what = role === "user" ? "version" : "answer"
  return (
    <form class="siblings" {...answering(`/chat/${session_id}/show`)}>
      <Step label={`Previous ${what}`} sign="‹" to={siblings[at - 1]} />
      <span class="number" safe>{`${at + 1}/${siblings.length}`}</span>
      <Step label={`Next ${what}`} sign="›" to={siblings[at + 1]} />
    </form>
  )
}

type StepProps = { label: string; sign: string; to: string | undefined }

function Step({ label, sign, to }: StepProps): JSX.Element {
  return (
    <button
      {...{ class: "button quiet icon-only", type: "submit", name: "message_id" }}
      {...{ value: to ?? "", disabled: to === undefined, "aria-label": label }}
      safe
    >
      {sign}
    </button>
  )
}
