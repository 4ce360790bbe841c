import { escapeHtml } from "@kitajs/html"
import type { Session } from "../../src/features/chat/schema"
import type { Document } from "../../src/features/documents/schema"
import { posted } from "../form"
import { Icon } from "../icon"

type AttachmentsProps = { session: Session | undefined; attachments: Document[] }

/** The files of a chat, and where to add more. static/attach.js takes dropped and pasted ones. */
export function Attachments({ session, attachments }: AttachmentsProps): JSX.Element {
  const address = session ? `/chat/${session.id}` : "/chat"
  const reading = attachments.filter(({ status }) => status === "processing")
  const topics = reading.map(({ id }) => `document:${id}`)
  const follow = {
    ...{ "data-follow": topics.join(" "), "hx-get": address, "hx-select": "#attachments" },
    ...{ "hx-swap": "outerMorph", "hx-trigger": "amelia:changed" },
  }
  return (
    <div id="attachments" class="attachments" {...(topics.length > 0 ? follow : {})}>
      {attachments.length > 0 && (
        <ul aria-label="Files of this chat">
          {attachments.map((document) => (
            <Attachment document={document} address={address} />
          ))}
        </ul>
      )}
      <form
        {...{ id: "attach", class: "attach", ...posted(`${address}/attachments`) }}
        {...{ enctype: "multipart/form-data", "hx-encoding": "multipart/form-data" }}
        hx-trigger="change, submit"
      >
        <label class="button quiet">
          <Icon name="upload" />
          Attach files
          <input class="hidden-text" type="file" name="file" multiple required />
        </label>
        <button class="button unscripted" type="submit">
          Add
        </button>
      </form>
    </div>
  )
}

type AttachmentProps = { document: Document; address: string }

function Attachment({ document, address }: AttachmentProps): JSX.Element {
  const { id, name, status, error } = document
  const action = `${address}/attachments/${id}/delete`
  return (
    <li data-status={status}>
      <a href={`/documents/${id}`} title={error === null ? undefined : escapeHtml(error)} safe>
        {name}
      </a>
      {status === "processing" ? <span class="muted">reading…</span> : null}
      {status === "failed" ? <span class="row-error">can't be read</span> : null}
      <form {...posted(action)}>
        <button class="button quiet" type="submit" aria-label={escapeHtml(`Remove ${name}`)}>
          <Icon name="cross" />
        </button>
      </form>
    </li>
  )
}
