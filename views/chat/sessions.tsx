import { escapeHtml } from "@kitajs/html"
import type { Session } from "../../src/features/chat/schema"
import { Icon } from "../icon"
import { groupByDay } from "./days"

export type SessionsProps = {
  sessions: Session[]
  shown: Session | undefined
  /** What the list was searched for. */
  query: string
  /** Loads the page with more chats; undefined if it lists all. */
  older: string | undefined
}

/** All chats: beside the conversation, or on narrow screens over it. */
export function Sessions(props: SessionsProps): JSX.Element {
  const { shown, query } = props
  const path = shown ? `/chat/${shown.id}` : "/chat"
  return (
    <nav id="sessions" class="sessions" aria-label="Chats" popover="auto">
      <div class="sessions-head">
        <a class="button" href="/chat" id="new-chat">
          <Icon name="chat" />
          New chat
        </a>
        <button
          {...{ class: "button quiet chats-button", type: "button", popovertarget: "sessions" }}
          popovertargetaction="hide"
        >
          Close
        </button>
      </div>
      <form class="search" method="get" action={path}>
        <Icon name="search" />
        <input
          {...{ id: "find-chat", type: "search", name: "query", value: escapeHtml(query) }}
          {...{ placeholder: "Search chats", "aria-label": "Search chats", maxlength: "200" }}
          autocomplete="off"
        />
      </form>
      <SessionList {...props} />
      <a class="button quiet" href="/prompts">
        <Icon name="list" />
        Prompts
      </a>
    </nav>
  )
}

/** Replaced by id when a chat changes, and when another one is shown. */
export function SessionList({ sessions, shown, query, older }: SessionsProps): JSX.Element {
  const search = query && `?query=${encodeURIComponent(query)}`
  const address = shown ? `/chat/${shown.id}${search}` : `/chat${search}`
  return (
    <div
      {...{ id: "session-list", class: "session-list", "data-follow": "sessions" }}
      {...{ "hx-get": escapeHtml(address), "hx-select": "#session-list" }}
      {...{ "hx-swap": "outerMorph", "hx-trigger": "amelia:changed" }}
    >
      {sessions.length === 0 && (
        <p class="muted">
          {query ? "No chat has these words." : "Your chats will be listed here."}
        </p>
      )}
      {groupByDay(sessions).map(({ name, sessions }) => (
        <section>
          <h2 safe>{name}</h2>
          <ul>
            {sessions.map(({ id, title }) => (
              <li>
                <a
                  href={escapeHtml(`/chat/${id}${query && `?query=${encodeURIComponent(query)}`}`)}
                  aria-current={id === shown?.id ? "page" : undefined}
                  title={escapeHtml(title)}
                  safe
                >
                  {title}
                </a>
              </li>
            ))}
          </ul>
        </section>
      ))}
      {older ? (
        <a class="button quiet" href={escapeHtml(older)}>
          Show more
        </a>
      ) : null}
    </div>
  )
}
