import { escapeHtml } from "@kitajs/html"
import { Icon } from "../icon"
import { AnswerStream } from "./answer-stream"
import { Attachments } from "./attachments"
import { Composer } from "./composer"
import { ChatHead } from "./head"
import { LeftOut } from "./left-out"
import { Said } from "./message"
import { Pair } from "./pair"
import type { ConversationProps } from "./props"

/** The messages and the form for the next. Replaced by id when a message is sent. */
export function Conversation(props: ConversationProps): JSX.Element {
  const { session, messages, leftOut, address, earlier, attachments, ...composer } = props
  return (
    <section id="conversation" class="conversation" aria-label="Conversation">
      <ChatHead session={session} agents={composer.agents} />
      <div class="messages-frame">
        <Messages {...{ session, messages, leftOut, address, earlier, agents: composer.agents }} />
        <button id="latest" class="button" type="button" hidden>
          <Icon name="down" />
          Jump to latest
        </button>
      </div>
      <Attachments session={session} attachments={attachments} />
      <Composer session={session} {...composer} />
    </section>
  )
}

type MessagesProps = Pick<
  ConversationProps,
  "session" | "messages" | "leftOut" | "address" | "earlier" | "agents"
>

/** Oldest first. The box stays scrolled to the end. */
function Messages(props: MessagesProps): JSX.Element {
  const { session, messages, leftOut, address = "", earlier, agents } = props
  const live = session && {
    ...{ "data-follow": `session:${session.id}`, "hx-get": address },
    ...{ "hx-select": "#messages", "hx-swap": "outerMorph", "hx-trigger": "amelia:changed" },
  }
  // If the first message isn't shown, neither is the place.
  const begin = messages[0]?.parent_id === null ? leftOut?.messages : 0
  return (
    <div id="messages" class="messages" role="log" aria-label="Messages" tabindex="0" {...live}>
      <div>
        {earlier ? (
          <a
            {...{ class: "button quiet", href: escapeHtml(earlier), "hx-get": escapeHtml(earlier) }}
            {...{ "hx-target": "#messages", "hx-select": "#messages", "hx-swap": "outerMorph" }}
            hx-sync="#messages:replace"
          >
            Show earlier messages
          </a>
        ) : null}
        {messages.length === 0 ? (
          <Welcome />
        ) : (
          messages.map((message, at) => (
            <>
              {session && leftOut && begin === at ? (
                <LeftOut left={leftOut} sessionId={session.id} />
              ) : null}
              {message.other_answer ? (
                <Pair {...{ message, other: message.other_answer, session, agents }} />
              ) : (
                <Said message={message} />
              )}
            </>
          ))
        )}
        {session ? <AnswerStream sessionId={session.id} messages={messages} /> : null}
      </div>
    </div>
  )
}

function Welcome(): JSX.Element {
  return (
    <div class="welcome">
      <Icon name="chat" />
      <p class="empty-title">No messages yet</p>
      <p class="muted">
        Ask something below. Answers from your documents cite the passages that they are based on.
        Each question is sent with the whole conversation, only to the model that you choose.
      </p>
    </div>
  )
}
