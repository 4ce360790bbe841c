import { escapeHtml } from "@kitajs/html"
import type { Document, DocumentFilter, DocumentSummary } from "../../src/features/documents/schema"
import type { Folder } from "../../src/features/folders/schema"
import type { DistinctResult } from "../../src/features/search/schema"
import type { Frame } from "../../src/platform/http/schema"
import { FolderSection } from "../folders/section"
import { Icon } from "../icon"
import { Layout } from "../layout"
import { listHref } from "./href"
import { SearchResults } from "./results"
import { DocumentTable } from "./table"
import { UploadForm } from "./upload"
import { AddPageForm } from "./web"

export type DocumentListProps = Frame & {
  documents: Document[]
  summary: DocumentSummary
  filter: DocumentFilter
  /** The document after which this page begins. */
  before?: string | undefined
  /** The last document of this page, if there is another page. */
  next?: string | undefined
  folders: Folder[]
  /** What was searched for and found, in place of the list. */
  search?: { query: string; results: DistinctResult[] }
}

export function DocumentListPage({
  documents,
  summary,
  filter,
  before,
  next,
  folders,
  search,
  ...frame
}: DocumentListProps): JSX.Element {
  const table = { documents, summary, filter, before, next }
  return (
    <Layout title={search ? `Search: ${search.query}` : "Documents"} current="documents" {...frame}>
      <header class="page-head">
        <h1>Documents</h1>
        <p class="lead">What workflows read, and what their sources point into.</p>
      </header>
      <UploadForm compact={documents.length > 0} />
      <AddPageForm />
      <FolderSection folders={folders} />
      <SearchForm query={search?.query ?? ""} />
      <section
        id="found"
        aria-label={search ? "Search results" : "All documents"}
        data-follow={search ? undefined : "documents"}
        hx-get={listHref({ ...filter, before })}
        hx-select="#found"
        hx-swap="outerMorph"
        hx-trigger="amelia:changed"
      >
        {search ? <SearchResults {...search} /> : <DocumentTable {...table} />}
      </section>
    </Layout>
  )
}

function SearchForm({ query }: { query: string }): JSX.Element {
  return (
    <search>
      <form
        class="search"
        method="get"
        action="/documents"
        hx-get="/documents"
        hx-target="#found"
        hx-select="#found"
        hx-swap="outerHTML"
        hx-replace-url="true"
        hx-sync="#found:replace"
        hx-trigger="submit, input changed delay:300ms from:#q"
      >
        <Icon name="search" />
        <label class="hidden-text" for="q">
          Search in the documents
        </label>
        <input
          id="q"
          type="search"
          name="q"
          value={escapeHtml(query)}
          placeholder="Search in the documents"
          autocomplete="off"
        />
        <button class="button unscripted" type="submit">
          Search
        </button>
      </form>
    </search>
  )
}
