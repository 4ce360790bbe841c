import { escapeHtml } from "@kitajs/html"
import type { Document } from "../../src/documents/schema"
import type { DistinctResult } from "../../src/search/duplicates"
import { Empty } from "../empty"
import { plural } from "../format"
import { Icon } from "../icon"
import { type Frame, Layout } from "../layout"
import { SearchResults } from "./results"
import { DocumentRow } from "./row"
import { UploadForm } from "./upload"
import { AddPageForm } from "./web"

export type DocumentListProps = Frame & {
  documents: Document[]
  /** What was searched for and found, in place of the list. */
  search?: { query: string; results: DistinctResult[] }
}

export function DocumentListPage({ documents, search, ...frame }: DocumentListProps): JSX.Element {
  return (
    <Layout title={search ? `Search: ${search.query}` : "Documents"} current="documents" {...frame}>
      <header class="page-head">
        <h1>Documents</h1>
        <p class="lead">What workflows read, and what their sources point into.</p>
      </header>
      <UploadForm compact={documents.length > 0} />
      <AddPageForm />
      {documents.length > 0 && <SearchForm query={search?.query ?? ""} />}
      <section
        id="found"
        aria-label={search ? "Search results" : "All documents"}
        data-follow={search ? undefined : "documents"}
        hx-get="/documents"
        hx-select="#found"
        hx-swap="outerMorph"
        hx-trigger="amelia:changed"
      >
        {search ? <SearchResults {...search} /> : <DocumentTable documents={documents} />}
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
        hx-sync="this:replace"
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

function DocumentTable({ documents }: { documents: Document[] }): JSX.Element {
  if (documents.length === 0)
    return (
      <Empty icon="documents" title="No documents yet">
        Add requirements, notes, designs or code above. They stay on this machine.
      </Empty>
    )
  return (
    <table class="documents">
      <caption class="muted" safe>
        {plural(documents.length, "document")}
      </caption>
      <thead>
        <tr>
          <th scope="col">Name</th>
          <th scope="col">Status</th>
          <th scope="col" class="wide-only">
            Type
          </th>
          <th scope="col" class="wide-only number">
            Passages
          </th>
          <th scope="col" class="wide-only number">
            Size
          </th>
          <th scope="col" class="wide-only number">
            Version
          </th>
          <th scope="col" class="middle-only">
            Changed
          </th>
          <th scope="col">
            <span class="hidden-text">Actions</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {documents.map((document) => (
          <DocumentRow document={document} />
        ))}
      </tbody>
    </table>
  )
}
