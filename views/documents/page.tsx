import type { DocumentDetail } from "../../src/documents/schema"
import { formatBytes, formatPercent, plural } from "../format"
import { Icon } from "../icon"
import { type Frame, Layout } from "../layout"
import { Ago } from "../time"
import { DocumentText, Outline, type Passage } from "./detail"
import { DeleteForm } from "./row"
import { DocumentPill, typeName } from "./status"
import { RefetchForm } from "./web"

export type DocumentPageProps = Frame & {
  document: DocumentDetail
  /** From `?start=&end=&version=`; null shows the whole text unmarked. */
  passage: Passage | null
}

export function DocumentPage({ document, passage, ...frame }: DocumentPageProps): JSX.Element {
  return (
    <Layout title={document.name} current="documents" {...frame}>
      <header class="page-head">
        <nav aria-label="Breadcrumb" class="crumbs">
          <a href="/documents">
            <Icon name="back" />
            Documents
          </a>
        </nav>
        <div class="run-title">
          <h1 safe>{document.name}</h1>
          <div class="run-verbs">
            <RefetchForm document={document} />
            <DeleteForm document={document} />
          </div>
        </div>
        <DocumentFacts document={document} />
      </header>
      <div class="run-body">
        <section class="step" aria-label="Text">
          <DocumentState document={document} />
          {document.content !== "" && <DocumentText document={document} passage={passage} />}
        </section>
        <aside class="rail" aria-label="About this document">
          <Outline document={document} />
        </aside>
      </div>
    </Layout>
  )
}

function DocumentFacts({ document }: { document: DocumentDetail }): JSX.Element {
  const { type, file_size, chunk_count, version, updated_at, source_url } = document
  return (
    <ul class="facts-line">
      <li>
        <DocumentPill document={document} />
      </li>
      <li safe>{typeName(type)}</li>
      <li class="number" safe>
        {formatBytes(file_size)}
      </li>
      <li class="number" safe>
        {plural(chunk_count, "passage")}
      </li>
      <li class="number" safe>
        {`version ${version}`}
      </li>
      <li>
        <Ago at={updated_at} />
      </li>
      {source_url && /^https?:/.test(source_url) ? (
        <li>
          <a href={source_url} rel="noopener noreferrer" safe>
            {new URL(source_url).hostname}
          </a>
        </li>
      ) : null}
    </ul>
  )
}

function DocumentState({ document }: { document: DocumentDetail }): JSX.Element {
  const { id, status, error, progress } = document
  const live = {
    id: "document-state",
    "data-follow": `document:${id}`,
    "hx-get": `/documents/${id}`,
    "hx-target": "#main",
    "hx-select": "#main",
    "hx-swap": "outerMorph",
    "hx-trigger": "amelia:changed",
  }
  if (status === "processing")
    return (
      <div class="working" {...live}>
        <progress
          max="1"
          value={progress}
          data-progress={`document:${id}`}
          aria-label="Progress"
        ></progress>
        <p class="muted">
          <span>Reading it.</span>
          <span class="number" data-progress-text={`document:${id}`} safe>
            {formatPercent(progress)}
          </span>
        </p>
      </div>
    )
  if (status === "failed")
    return (
      <div class="callout" data-tone="bad">
        <Icon name="alert" />
        <div>
          <p safe>{error ?? "It could not be read."}</p>
          <p class="muted">Mend the file and add it again under the same name.</p>
        </div>
      </div>
    )
  return ""
}
