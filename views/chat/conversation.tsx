import { escapeHtml } from "@kitajs/html"
import type { ChatMessage, Session } from "../../src/features/chat/schema"
import { Empty } from "../empty"
import { posted } from "../form"
import { formatUsd, plural } from "../format"
import { Icon } from "../icon"
import { Said } from "./message"

export type ConversationProps = {
  /** Undefined for a new chat, which its first message creates. */
  session: Session | undefined
  /** Oldest first. */
  messages: ChatMessage[]
  models: { id: string; note: string }[]
  /** The model of a new session. */
  defaultModel: string
}

/** The messages and the form for the next. An answer's stream replaces it and its parts by id. */
export function Conversation(props: ConversationProps): JSX.Element {
  const { session, messages, models, defaultModel } = props
  return (
    <section id="conversation" class="conversation" aria-label="Conversation">
      {session ? <ChatHead session={session} /> : <NewHead />}
      <Messages session={session} messages={messages} />
      <Composer session={session} models={models} defaultModel={defaultModel} />
    </section>
  )
}

function NewHead(): JSX.Element {
  return (
    <header id="chat-head" class="page-head">
      <h1>New chat</h1>
    </header>
  )
}

function ChatHead({ session }: { session: Session }): JSX.Element {
  const { id, title, message_count, cost_usd } = session
  const action = `/chat/${id}`
  // The renderer escapes only quotes in attributes.
  const question = escapeHtml(`Delete “${title}”? Its messages are deleted too.`)
  return (
    <header
      id="chat-head"
      class="page-head"
      data-follow={`session:${id}`}
      hx-get={action}
      hx-select="#chat-head"
      hx-swap="outerMorph"
      hx-trigger="amelia:changed"
    >
      <div class="run-title">
        <h1 safe>{title}</h1>
        <form method="post" action={`${action}/delete`} data-confirm={question}>
          <button class="button" type="submit">
            <Icon name="trash" />
            Delete
          </button>
        </form>
      </div>
      <ul class="facts-line">
        <li safe>{plural(message_count, "message")}</li>
        <li class="number" safe>
          {cost_usd === null ? "cost unknown" : formatUsd(cost_usd)}
        </li>
        <li>
          <details class="rename" id="rename">
            <summary>Rename</summary>
            <form {...posted(`${action}/title`)}>
              <label class="hidden-text" for="title">
                Title
              </label>
              <input
                {...{ id: "title", name: "title", type: "text", maxlength: "200" }}
                {...{ value: escapeHtml(title), required: true, autocomplete: "off" }}
              />
              <button class="button" type="submit">
                Save
              </button>
            </form>
          </details>
        </li>
      </ul>
    </header>
  )
}

type MessagesProps = Pick<ConversationProps, "session" | "messages">

/** Oldest first. The box stays scrolled to the end. */
function Messages({ session, messages }: MessagesProps): JSX.Element {
  const live = session && {
    ...{ "data-follow": `session:${session.id}`, "hx-get": `/chat/${session.id}` },
    ...{ "hx-select": "#messages", "hx-swap": "outerMorph", "hx-trigger": "amelia:changed" },
  }
  return (
    <div id="messages" class="messages" role="log" aria-label="Messages" tabindex="0" {...live}>
      <div>
        {messages.length === 0 ? (
          <Empty icon="chat" title="No messages yet">
            Ask something below. Each question is sent with the whole conversation, only to the
            model that you choose.
          </Empty>
        ) : (
          messages.map((message) => <Said message={message} />)
        )}
      </div>
    </div>
  )
}

type ComposerProps = Omit<ConversationProps, "messages">

function Composer({ session, models, defaultModel }: ComposerProps): JSX.Element {
  const ids = models.map(({ id }) => id)
  const chosen = session?.model ?? defaultModel
  return (
    <form id="composer" class="start" {...posted("/chat")}>
      <input type="hidden" name="session_id" value={session?.id ?? ""} />
      <label for="message">Your message</label>
      <textarea id="message" name="message" rows="2" required maxlength="200000"></textarea>
      <div class="start-options">
        <label class="hidden-text" for="model">
          Model
        </label>
        <select id="model" name="model">
          {[...new Set(["auto", ...ids, chosen])].map((id) => (
            <option value={escapeHtml(id)} selected={id === chosen} safe>
              {id === "auto" ? "Automatic model" : id}
            </option>
          ))}
        </select>
        <span class="muted scripted">Enter sends, Shift+Enter starts a new line.</span>
        <button class="button primary" type="submit">
          <Icon name="arrow" />
          Send
        </button>
      </div>
    </form>
  )
}
