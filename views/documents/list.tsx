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
  /** The id of the document before the first one on this page. */
  before?: string | undefined
  /** The id of the last document on this page, if there is another page. */
  next?: string | undefined
  folders: Folder[]
  /** A query and its results, shown instead of the list. */
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
        <p class="lead">The sources that workflows read and cite.</p>
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
          Search the documents
        </label>
        <input
          id="q"
          type="search"
          name="q"
          value={escapeHtml(query)}
          placeholder="Search the documents"
          autocomplete="off"
        />
        <button class="button unscripted" type="submit">
          Search
        </button>
      </form>
    </search>
  )
}
