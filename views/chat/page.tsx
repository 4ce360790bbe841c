import type { Session } from "../../src/features/chat/schema"
import type { Frame } from "../../src/platform/http/schema"
import { plural } from "../format"
import { Icon } from "../icon"
import { Layout } from "../layout"
import { Ago } from "../time"
import { Conversation, type ConversationProps } from "./conversation"

export type ChatPageProps = Frame & ConversationProps & { sessions: Session[]; banner?: string }

export function ChatPage(props: ChatPageProps): JSX.Element {
  const { session, messages, models, defaultModel, sessions, ...frame } = props
  const said = { session, messages, models, defaultModel }
  return (
    <Layout title={session?.title ?? "Chat"} current="chat" {...frame}>
      <div class="chat" data-open={session ? "" : undefined}>
        <Sessions sessions={sessions} shown={session} />
        <Conversation {...said} />
      </div>
    </Layout>
  )
}

type SessionsProps = { sessions: Session[]; shown: Session | undefined }

function Sessions({ sessions, shown }: SessionsProps): JSX.Element {
  return (
    <nav
      id="sessions"
      class="sessions"
      aria-label="Chats"
      data-follow="sessions"
      hx-get={shown ? `/chat/${shown.id}` : "/chat"}
      hx-select="#sessions"
      hx-swap="outerMorph"
      hx-trigger="amelia:changed"
    >
      <a class="button" href="/chat">
        <Icon name="chat" />
        {shown ? "New chat and all chats" : "New chat"}
      </a>
      {sessions.length === 0 ? <p class="muted">Your chats will be listed here.</p> : null}
      <ul>
        {sessions.map(({ id, title, message_count, updated_at }) => (
          <li>
            <a href={`/chat/${id}`} aria-current={id === shown?.id ? "page" : undefined}>
              <span class="session-title" safe>
                {title}
              </span>
              <span class="muted">
                <span safe>{plural(message_count, "message")}</span> <Ago at={updated_at} />
              </span>
            </a>
          </li>
        ))}
      </ul>
    </nav>
  )
}
