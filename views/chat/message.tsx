import { escapeHtml } from "@kitajs/html"
import type { ShownMessage, Version } from "../../src/features/chat/schema"
import { Icon } from "../icon"
import { AnswerEnd } from "./answer-end"
import { answering } from "./answering"
import { Images } from "./images"
import { Searches } from "./searches"
import { Siblings } from "./siblings"

export type SaidVersion = Version & {
  /** The text of an answer as HTML blocks. */
  blocks: string[]
}
export type SaidMessage = SaidVersion & { other_answer?: SaidVersion }

/** One message. A growing answer's parts are replaced by id, the rest of it stays. */
export function Said({ message }: { message: SaidMessage }): JSX.Element {
  return message.role === "user" ? <Question message={message} /> : <Answer message={message} />
}

function Question({ message }: { message: SaidMessage }): JSX.Element {
  const { id, content } = message
  return (
    <article id={`message-${id}`} class="said" data-role="user">
      <h2 class="hidden-text">You</h2>
      <Images message={message} />
      <div class="said-text" safe>
        {content}
      </div>
      <div class="said-actions">
        <Siblings message={message} />
        <Edit message={message} />
      </div>
    </article>
  )
}

/** Asks another question in the place of this one, with the same documents. */
function Edit({ message }: { message: ShownMessage }): JSX.Element {
  const { id, session_id, parent_id, content, metadata } = message
  const field = `edit-${id}`
  return (
    <details class="edit">
      <summary class="button quiet">Edit</summary>
      <form {...answering("/chat")} hx-disable="find button">
        <input type="hidden" name="session_id" value={session_id} />
        <input type="hidden" name="parent_id" value={parent_id ?? "none"} />
        {metadata.use_rag && <input type="hidden" name="documents" value="on" />}
        {metadata.document_ids?.map((it) => (
          <input type="hidden" name="document_ids" value={escapeHtml(it)} />
        ))}
        {metadata.folders?.map((it) => (
          <input type="hidden" name="folders" value={escapeHtml(it)} />
        ))}
        {metadata.images?.map((image) => (
          <input type="hidden" name="image_ids" value={image.id} />
        ))}
        <label class="hidden-text" for={field}>
          Your question, changed
        </label>
        <textarea id={field} name="message" required maxlength="200000" safe>
          {content}
        </textarea>
        <button class="button primary" type="submit">
          <Icon name="arrow" />
          Ask again
        </button>
      </form>
    </details>
  )
}

type AnswerProps = {
  message: SaidVersion
  /** Who gives it, if that is not the only one. */
  name?: string
}

export function Answer({ message, name }: AnswerProps): JSX.Element {
  const { id, metadata, blocks } = message
  return (
    <article id={`message-${id}`} class="said" data-role="assistant">
      <h2 class={name === undefined ? "hidden-text" : "said-name"} safe>
        {name ?? "Answer"}
      </h2>
      <Searches id={id} searches={metadata.searches ?? []} />
      <AnswerText id={id} blocks={blocks} />
      <AnswerEnd message={message} />
    </article>
  )
}

export function AnswerText({ id, blocks }: { id: string; blocks: string[] }): JSX.Element {
  return (
    <div id={`text-${id}`} class="said-text prose">
      {blocks.map((html, nth) => (
        <Block id={id} nth={nth} html={html} />
      ))}
    </div>
  )
}

export function Block(block: { id: string; nth: number; html: string }): JSX.Element {
  const { id, nth, html: safeHtml } = block
  return (
    <div id={blockId(id, nth)} class="block">
      {safeHtml}
    </div>
  )
}

export function blockId(id: string, nth: number): string {
  return `text-${id}-${nth}`
}
