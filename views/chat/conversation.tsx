import { escapeHtml } from "@kitajs/html"
import { plural } from "../format"
import { Icon } from "../icon"
import { Attachments } from "./attachments"
import { Composer } from "./composer"
import { ChatHead } from "./head"
import { Said, type SaidMessage } from "./message"
import type { ConversationProps } from "./props"

/** The messages and the form for the next. Replaced by id when a message is sent. */
export function Conversation(props: ConversationProps): JSX.Element {
  const { session, messages, address, earlier, attachments, ...composer } = props
  return (
    <section id="conversation" class="conversation" aria-label="Conversation">
      <ChatHead session={session} agents={composer.agents} />
      <div class="messages-frame">
        <Messages session={session} messages={messages} address={address} earlier={earlier} />
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

type MessagesProps = Pick<ConversationProps, "session" | "messages" | "address" | "earlier">

/** Oldest first. The box stays scrolled to the end. */
function Messages({ session, messages, address = "", earlier }: MessagesProps): JSX.Element {
  const live = session && {
    ...{ "data-follow": `session:${session.id}`, "hx-get": address },
    ...{ "hx-select": "#messages", "hx-swap": "outerMorph", "hx-trigger": "amelia:changed" },
  }
  const left = leftOut(messages)
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
              {left && left.at === at ? <LeftOut count={left.count} /> : null}
              <Said message={message} />
            </>
          ))
        )}
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

function LeftOut({ count }: { count: number }): JSX.Element {
  return (
    <p class="left-out muted" role="note">
      <span safe>{`The first ${plural(count, "message")} were left out of the last answer`}</span>
    </p>
  )
}

/** Where what the last answer was based on begins: known only if the first message is shown. */
function leftOut(messages: SaidMessage[]): { at: number; count: number } | undefined {
  const count = messages.findLast(({ metadata }) => metadata.usage)?.metadata.usage
    ?.trimmed_messages
  if (!count) return undefined
  return { at: messages[0]?.parent_id === null ? count : 0, count }
}
