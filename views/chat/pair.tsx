import { Icon } from "../icon"
import { answererName } from "./answerer"
import { answering } from "./answering"
import { Answer, type SaidMessage, type SaidVersion } from "./message"
import type { ConversationProps } from "./props"

type PairProps = Pick<ConversationProps, "session" | "agents"> & {
  /** The answer that the chat goes on from. */
  message: SaidMessage
  other: SaidVersion
}

/** Two models' answers to one question, in columns or, without room for those, one below the other. */
export function Pair({ message, other, ...from }: PairProps): JSX.Element {
  const [left, right] = message.beside ? [other, message] : [message, other]
  return (
    <section class="pair" aria-label="Two answers to one question">
      <div class="pair-columns">
        {[left, right].map((answer) => (
          <div class="pair-column">
            <Answer message={answer} name={nameOf(answer, from)} />
            {answer === message || canGoOn(answer) ? (
              <GoOn answer={answer} isChosen={answer === message} />
            ) : null}
          </div>
        ))}
      </div>
    </section>
  )
}

const canGoOn = ({ content, metadata }: SaidVersion) => !metadata.error || content !== ""

/** An answer that is still written doesn't know its model yet. */
function nameOf(
  { beside, metadata }: SaidVersion,
  { session, agents }: Pick<PairProps, "session" | "agents">,
): string {
  const asked = (beside ? session?.beside_model : session?.model) ?? "auto"
  return metadata.agent ?? metadata.model ?? answererName(asked, agents)
}

/** Stays the same button when it is pressed, so that it keeps the focus. */
function GoOn({ answer, isChosen }: { answer: SaidVersion; isChosen: boolean }): JSX.Element {
  return (
    <form class="pair-choice" {...answering(`/chat/${answer.session_id}/show`)}>
      <input type="hidden" name="message_id" value={answer.id} />
      <button
        {...{ id: `go-on-${answer.id}`, class: "button", type: "submit" }}
        aria-pressed={isChosen ? "true" : "false"}
      >
        {isChosen ? <Icon name="check" /> : ""}
        {isChosen ? "The chat goes on with this" : "Go on with this"}
      </button>
    </form>
  )
}
