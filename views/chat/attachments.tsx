import { escapeHtml } from "@kitajs/html"
import type { Attachment, ChatImage, Session } from "../../src/features/chat/schema"
import type { Document } from "../../src/features/documents/schema"
import { posted } from "../form"
import { Icon } from "../icon"
import { imageAddress } from "./images"

type AttachmentsProps = { session: Session | undefined; attachments: Attachment[] }

const isDocument = (it: Attachment): it is Document => it.type !== "image"

/**
 * The documents of a chat, the images of its next question, and where to add more. static/attach.js
 * takes dropped and pasted ones.
 */
export function Attachments({ session, attachments }: AttachmentsProps): JSX.Element {
  const address = session ? `/chat/${session.id}` : "/chat"
  const documents = attachments.filter(isDocument)
  const images = attachments.flatMap((it) => (it.type === "image" && !it.shown ? it : []))
  const reading = documents.filter(({ status }) => status === "processing")
  const topics = reading.map(({ id }) => `document:${id}`)
  const follow = {
    ...{ "data-follow": topics.join(" "), "hx-get": address, "hx-select": "#attachments" },
    ...{ "hx-swap": "outerMorph", "hx-trigger": "amelia:changed" },
  }
  return (
    <div id="attachments" class="attachments" {...(topics.length > 0 ? follow : {})}>
      {documents.length + images.length > 0 && (
        <ul aria-label="Files of this chat">
          {documents.map((document) => (
            <AttachedDocument document={document} address={address} />
          ))}
          {images.map((image) => (
            <AttachedImage image={image} sessionId={session?.id ?? ""} />
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

type DocumentProps = { document: Document; address: string }

function AttachedDocument({ document, address }: DocumentProps): JSX.Element {
  const { id, name, status, error } = document
  return (
    <li data-status={status}>
      <a href={`/documents/${id}`} title={error === null ? undefined : escapeHtml(error)} safe>
        {name}
      </a>
      {status === "processing" ? <span class="muted">reading…</span> : null}
      {status === "failed" ? <span class="row-error">can't be read</span> : null}
      <Remove id={id} name={name} address={address} />
    </li>
  )
}

type ImageProps = { image: ChatImage; sessionId: string }

function AttachedImage({ image, sessionId }: ImageProps): JSX.Element {
  const { id, name } = image
  return (
    <li>
      <img src={imageAddress(sessionId, id)} alt="" />
      <span safe>{name}</span>
      <Remove id={id} name={name} address={`/chat/${sessionId}`} />
    </li>
  )
}

function Remove({ id, name, address }: { id: string; name: string; address: string }): JSX.Element {
  return (
    <form {...posted(`${address}/attachments/${id}/delete`)}>
      <button class="button quiet" type="submit" aria-label={escapeHtml(`Remove ${name}`)}>
        <Icon name="cross" />
      </button>
    </form>
  )
}
