import type { DocumentHead, DocumentVersion } from "../../src/features/documents/schema"
import type { DistinctResult, Section } from "../../src/features/search/schema"
import type { Frame } from "../../src/platform/http/schema"
import { formatBytes, plural } from "../format"
import { Icon } from "../icon"
import { Layout } from "../layout"
import { Ago } from "../time"
import { TextBar } from "./bar"
import { DocumentCrumbs } from "./crumbs"
import { DocumentText } from "./detail"
import { DocumentRail } from "./rail"
import type { Passage, Reading } from "./reading"
import { SearchResults } from "./results"
import { DeleteForm } from "./row"
import { DocumentState } from "./state"
import { DocumentPill, typeName } from "./status"
import { RefetchForm } from "./web"

export type DocumentPageProps = Frame & {
  document: DocumentHead
  /** Null if there is no text yet. */
  reading: Reading | null
  passage: Passage | null
  sections: Section[]
  versions: DocumentVersion[]
  /** A query within this document, and its results. */
  search?: { query: string; results: DistinctResult[] }
}

export function DocumentPage(props: DocumentPageProps): JSX.Element {
  const { document, reading, passage, sections, versions, search, ...frame } = props
  return (
    <Layout title={document.name} current="documents" {...frame}>
      <header class="page-head">
        <DocumentCrumbs />
        <div class="run-title">
          <h1 safe>{document.name}</h1>
          <div class="run-verbs">
            <RefetchForm document={document} />
            <a class="button" href={fileHref(document)} download="">
              <Icon name="download" />
              Original
            </a>
            <DeleteForm document={document} />
          </div>
        </div>
        <DocumentFacts document={document} />
      </header>
      <div class="run-body">
        <section class="step" aria-label="Text">
          <DocumentState document={document} />
          <VersionNote document={document} isPassage={passage !== null} />
          {search ? <SearchResults {...search} /> : null}
          {reading ? (
            <>
              <TextBar reading={reading} query={search?.query ?? ""} />
              <DocumentText reading={reading} />
            </>
          ) : null}
        </section>
        <aside class="rail" aria-label="About this document">
          <DocumentRail
            document={document}
            reading={reading}
            sections={sections}
            versions={versions}
          />
        </aside>
      </div>
    </Layout>
  )
}

function fileHref({ id, content_version }: DocumentHead): string {
  const path = `/api/rag/documents/${id}/file`
  return content_version === null ? path : `${path}?version=${content_version}`
}

function DocumentFacts({ document }: { document: DocumentHead }): JSX.Element {
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

/** Says which version is shown if it is not the newest. */
function VersionNote({
  document: { id, status, version, content_version },
  isPassage,
}: {
  document: DocumentHead
  isPassage: boolean
}): JSX.Element {
  if (content_version === null || content_version === version) return ""
  const source = isPassage ? ", the source of this passage" : ""
  return (
    <p class="callout" data-tone="attention">
      <Icon name="alert" />
      <span>
        <span safe>{`This is version ${content_version}${source}. The current one is `}</span>
        {status === "indexed" ? (
          <a href={`/documents/${id}`} safe>{`version ${version}`}</a>
        ) : (
          <span safe>{`version ${version}, which has not been read yet`}</span>
        )}
        .
      </span>
    </p>
  )
}
