import type { Session } from "../../src/features/chat/schema"
import type { Frame } from "../../src/platform/http/schema"
import { Icon } from "../icon"
import { Layout } from "../layout"
import { Conversation } from "./conversation"
import type { ConversationProps } from "./props"
import { SessionList, Sessions, type SessionsProps } from "./sessions"

type ListProps = Omit<SessionsProps, "shown">
export type ChatPageProps = Frame &
  ConversationProps &
  ListProps & { sessions: Session[]; banner?: string }

export function ChatPage(props: ChatPageProps): JSX.Element {
  const { sessions, query, older, version, assets, signedIn, banner, ...conversation } = props
  const { session } = conversation
  const frame = { version, assets, signedIn, ...(banner === undefined ? {} : { banner }) }
  return (
    <Layout title={session?.title ?? "Chat"} current="chat" {...frame}>
      <div class="chat">
        <Sessions sessions={sessions} shown={session} query={query} older={older} />
        <Conversation {...conversation} />
        <PassagePanel />
      </div>
    </Layout>
  )
}

/** What changes on the page when a message is sent or another one is shown. */
export function ConversationPart(props: ConversationProps & ListProps): JSX.Element {
  const { sessions, query, older, ...conversation } = props
  const { session } = conversation
  return (
    <>
      <title safe>{`${session?.title ?? "Chat"} · Amelia`}</title>
      <Conversation {...conversation} />
      <hx-partial hx-target="#session-list" hx-swap="outerMorph">
        <SessionList sessions={sessions} shown={session} query={query} older={older} />
      </hx-partial>
    </>
  )
}

/** A cited passage in its document, beside the chat. static/passage.js fills it. */
function PassagePanel(): JSX.Element {
  return (
    <aside id="passage-panel" class="passage-panel" aria-labelledby="passage-name" hidden>
      <header>
        <h2 id="passage-name" tabindex="-1">
          Source
        </h2>
        <a id="passage-open" class="button quiet" href="/documents">
          Open document
        </a>
        <button id="passage-close" class="button quiet icon-only" type="button" aria-label="Close">
          <Icon name="cross" />
        </button>
      </header>
      <div id="passage-text" class="document-text" data-view="source" tabindex="0"></div>
    </aside>
  )
}
