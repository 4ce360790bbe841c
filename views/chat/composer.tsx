import { escapeHtml } from "@kitajs/html"
import { DocumentPicker } from "../documents/picker"
import { Icon } from "../icon"
import { answererName } from "./answerer"
import { answering } from "./answering"
import type { ConversationProps } from "./props"

type ComposerProps = Omit<
  ConversationProps,
  "messages" | "leftOut" | "address" | "earlier" | "attachments"
>

/** Where the next message is written. While an answer grows, its button stops that. */
export function Composer(props: ComposerProps): JSX.Element {
  const { session, picker, usesDocuments } = props
  return (
    <form id="composer" class="composer" {...answering("/chat")} hx-disable="find .send">
      <input type="hidden" name="session_id" value={session?.id ?? ""} />
      <label class="hidden-text" for="message">
        Your message
      </label>
      <textarea
        {...{ id: "message", name: "message", rows: "1", required: true, maxlength: "200000" }}
        placeholder="Ask something"
        aria-describedby="composer-keys"
      ></textarea>
      <div class="composer-bar">
        {picker.total > 0 ? (
          <>
            <label class="tick-line">
              <input type="checkbox" name="documents" value="on" checked={usesDocuments} />
              <span>Use my documents</span>
            </label>
            <DocumentPicker picker={picker} />
          </>
        ) : null}
        <ModelChoice {...props} />
        <button class="button primary send" type="submit">
          <Icon name="arrow" />
          Send
        </button>
        {session ? <StopButton id={session.id} /> : null}
      </div>
      <p id="composer-keys" class="muted scripted">
        Enter sends, Shift+Enter starts a new line.
      </p>
    </form>
  )
}

function StopButton({ id }: { id: string }): JSX.Element {
  const action = `/chat/${id}/stop`
  return (
    <button
      {...{ class: "button stop", type: "submit", formaction: action, formnovalidate: true }}
      {...{ "hx-post": action, "hx-swap": "none", "hx-validate": "false" }}
    >
      <Icon name="stop" />
      Stop
    </button>
  )
}

/** Who answers, and who else does beside that. */
function ModelChoice(props: ComposerProps): JSX.Element {
  const { session, defaultModel } = props
  return (
    <div class="answerers">
      <label class="hidden-text" for="model">
        Model or agent
      </label>
      <select id="model" name="model">
        <Answerers {...props} chosen={session?.model ?? defaultModel} />
      </select>
      <span class="muted" aria-hidden="true">
        and
      </span>
      <label class="hidden-text" for="beside_model">
        Second model, to compare with
      </label>
      <select id="beside_model" name="beside_model">
        <option value="">Compare with…</option>
        <Answerers {...props} chosen={session?.beside_model ?? undefined} />
      </select>
    </div>
  )
}

type AnswerersProps = Pick<ComposerProps, "models" | "agents"> & { chosen: string | undefined }

/** The models, and the agents: both answer questions. */
function Answerers({ models, agents, chosen }: AnswerersProps): JSX.Element {
  const ids = models.map(({ id }) => id)
  const isListed = chosen === undefined || agents.some(({ id }) => id === chosen)
  const own = isListed ? [] : [chosen]
  const option = (id: string) => (
    <option value={escapeHtml(id)} selected={id === chosen} safe>
      {answererName(id, agents)}
    </option>
  )
  return (
    <>
      {[...new Set(["auto", ...ids, ...own])].map(option)}
      {agents.length > 0 ? (
        <optgroup label="Agents">{agents.map(({ id }) => option(id))}</optgroup>
      ) : null}
    </>
  )
}
