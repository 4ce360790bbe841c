import type { Document } from "../../src/features/documents/schema"
import type { DocumentStatus, DocumentType } from "../../src/platform/shapes/document"
import { posted } from "../form"
import { formatPercent } from "../format"
import { type Badge, Pill } from "../pill"

const badges: Record<DocumentStatus, Badge> = {
  processing: { label: "Reading", tone: "active", icon: "spinner" },
  indexed: { label: "Ready", tone: "good", icon: "check" },
  failed: { label: "Failed", tone: "bad", icon: "alert" },
}

const typeNames: Record<DocumentType, string> = {
  markdown: "Markdown",
  pdf: "PDF",
  html: "Web page",
  docx: "Word",
  text: "Text",
  code: "Code",
}

export function typeName(type: DocumentType): string {
  return typeNames[type]
}

export function statusName(status: DocumentStatus): string {
  return badges[status].label
}

/** The status as word and colour, and the progress while the document is being read. */
export function DocumentPill({ document }: { document: Document }): JSX.Element {
  return (
    <>
      <Pill {...badges[document.status]} />
      {document.status === "processing" && <ReadingBar document={document} />}
    </>
  )
}

/** The status of a document that was indexed before its upload was answered. */
export function ReadyPill(): JSX.Element {
  return <Pill {...badges.indexed} />
}

/** Updated by progress events (static/live.js). */
export function ReadingBar({ document: { id, progress } }: { document: Document }): JSX.Element {
  const key = `document:${id}`
  return (
    <progress
      max="1"
      value={progress}
      data-progress={key}
      aria-label={`Read ${formatPercent(progress)}`}
    ></progress>
  )
}

/** Reads a failed document again, as it was uploaded. */
export function RetryForm({ document: { id, name } }: { document: Document }): JSX.Element {
  return (
    <form {...posted(`/documents/${id}/retry`)}>
      <button class="button quiet" type="submit">
        Retry
        <span class="hidden-text" safe>
          {name}
        </span>
      </button>
    </form>
  )
}

/** The status of an uploaded file, in the list below the drop zone. Refreshes itself. */
export function UploadedState({ document }: { document: Document }): JSX.Element {
  const { id, status, error } = document
  return (
    <div
      id={`uploaded-${id}`}
      class="uploaded"
      data-status={status}
      data-follow={status === "indexed" ? undefined : `document:${id}`}
      hx-get={`/documents/${id}/state`}
      hx-swap="outerMorph"
      hx-trigger="amelia:changed"
    >
      <DocumentPill document={document} />
      {status === "failed" && (
        <>
          <span class="row-error" safe>
            {error ?? "It could not be read."}
          </span>
          <RetryForm document={document} />
        </>
      )}
    </div>
  )
}
