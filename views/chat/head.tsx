import { escapeHtml } from "@kitajs/html"
import type { Session } from "../../src/features/chat/schema"
import { posted } from "../form"
import { formatUsd, plural } from "../format"
import { Icon } from "../icon"
import { answererName } from "./answerer"
import type { ConversationProps } from "./props"

type HeadProps = { session: Session }

/** The title, the model, and a menu of what can be done with the chat. */
export function ChatHead({
  session,
  agents,
}: Pick<ConversationProps, "session" | "agents">): JSX.Element {
  const live = session && {
    ...{ "data-follow": `session:${session.id}`, "hx-get": `/chat/${session.id}` },
    ...{ "hx-select": "#chat-head", "hx-swap": "outerMorph", "hx-trigger": "amelia:changed" },
  }
  return (
    <header id="chat-head" class="chat-head" {...live}>
      <button class="button quiet chats-button" type="button" popovertarget="sessions">
        <Icon name="list" />
        Chats
      </button>
      {session ? (
        <>
          <h1 safe>{session.title}</h1>
          <code class="muted" safe>
            {answererName(session.model, agents)}
          </code>
          <Menu session={session} />
          <Rename session={session} />
          <Instructions session={session} />
        </>
      ) : (
        <h1>New chat</h1>
      )}
    </header>
  )
}

function Menu({ session }: HeadProps): JSX.Element {
  const { id, title, pinned, message_count, cost_usd } = session
  // The renderer escapes only quotes in attributes.
  const question = escapeHtml(`Delete “${title}”? Its messages are deleted too.`)
  const file = `/api/chat/sessions/${id}/export`
  const cost = cost_usd === null ? "cost unknown" : formatUsd(cost_usd)
  return (
    <>
      <button
        {...{ class: "button quiet icon-only", type: "button", popovertarget: "chat-menu" }}
        aria-label="Chat menu"
      >
        <Icon name="dots" />
      </button>
      <div id="chat-menu" class="chat-menu" popover="auto">
        <p class="muted" safe>{`${plural(message_count, "message")}, ${cost}`}</p>
        <button class="button quiet" type="button" popovertarget="chat-rename">
          Rename
        </button>
        <form {...posted(`/chat/${id}/pin`)}>
          <input type="hidden" name="pinned" value={pinned ? "" : "on"} />
          <button class="button quiet" type="submit">
            {pinned ? "Unpin" : "Pin"}
          </button>
        </form>
        <button class="button quiet" type="button" popovertarget="chat-instructions">
          Instructions and temperature
        </button>
        <a class="button quiet" href={`${file}?format=markdown`}>
          Export as Markdown
        </a>
        <a class="button quiet" href={`${file}?format=json`}>
          Export as JSON
        </a>
        <form method="post" action={`/chat/${id}/delete`} data-confirm={question}>
          <button class="button quiet" type="submit">
            Delete
          </button>
        </form>
      </div>
    </>
  )
}

function Rename({ session: { id, title } }: HeadProps): JSX.Element {
  return (
    <div id="chat-rename" class="chat-dialog" popover="auto" role="dialog" aria-label="Rename">
      <form {...posted(`/chat/${id}/title`)}>
        <label for="title">Title</label>
        <input
          {...{ id: "title", name: "title", type: "text", maxlength: "200", autofocus: true }}
          {...{ value: escapeHtml(title), required: true, autocomplete: "off" }}
        />
        <Buttons closes="chat-rename" />
      </form>
    </div>
  )
}

function Instructions({ session }: HeadProps): JSX.Element {
  const { id, system_prompt, temperature } = session
  return (
    <div
      {...{ id: "chat-instructions", class: "chat-dialog", popover: "auto" }}
      role="dialog"
      aria-label="Instructions and temperature"
    >
      <form {...posted(`/chat/${id}/instructions`)}>
        <label for="system_prompt">Instructions</label>
        <textarea
          {...{ id: "system_prompt", name: "system_prompt", rows: "6", maxlength: "20000" }}
          placeholder="How to answer in this chat: language, length, role"
          safe
        >
          {system_prompt}
        </textarea>
        <label for="temperature">Temperature</label>
        <input
          {...{ id: "temperature", name: "temperature", type: "number", inputmode: "decimal" }}
          {...{
            min: "0",
            max: "2",
            step: "0.1",
            value: temperature === null ? "" : String(temperature),
          }}
          placeholder="As in the settings"
        />
        <p class="muted">From 0, the most predictable, to 2.</p>
        <Buttons closes="chat-instructions" />
      </form>
    </div>
  )
}

function Buttons({ closes }: { closes: string }): JSX.Element {
  return (
    <div class="chat-dialog-buttons">
      <button
        {...{ class: "button", type: "button", popovertarget: closes }}
        popovertargetaction="hide"
      >
        Cancel
      </button>
      <button class="button primary" type="submit">
        Save
      </button>
    </div>
  )
}
