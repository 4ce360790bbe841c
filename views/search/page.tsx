import { escapeHtml } from "@kitajs/html"
import type { DistinctResult } from "../../src/features/search/schema"
import type { Frame } from "../../src/platform/http/schema"
import type { SearchMode } from "../../src/platform/shapes/passage"
import { Empty } from "../empty"
import { plural } from "../format"
import { Icon } from "../icon"
import { Layout } from "../layout"
import { Result } from "./result"

export type SearchPageProps = Frame & {
  query: string
  mode: SearchMode
  /** A glob, or part of a file name. */
  file: string
  /** The results, a sentence why there are none, or undefined before the first search. */
  found?: DistinctResult[] | string
}

const modes: Record<SearchMode, string> = {
  hybrid: "Words and meaning",
  lexical: "Words only",
  vector: "Meaning only",
}

export function SearchPage({ found, ...props }: SearchPageProps): JSX.Element {
  const { query, mode, file, ...frame } = props
  return (
    <Layout title={query ? `Search: ${query}` : "Search"} current="documents" {...frame}>
      <header class="page-head">
        <nav aria-label="Breadcrumb" class="crumbs">
          <a href="/documents">
            <Icon name="back" />
            Documents
          </a>
        </nav>
        <h1>Search</h1>
        <p class="lead">
          <code>"exact words"</code> match as a phrase, <code>-word</code> excludes a word, and{" "}
          <code>file:*.md</code> matches names. Results that you mark as relevant{" "}
          <a href="/documents/eval">measure search quality</a>.
        </p>
      </header>
      <SearchForm query={query} mode={mode} file={file} />
      <section id="found" aria-label="Search results" aria-live="polite">
        <Found found={found} query={query} />
      </section>
    </Layout>
  )
}

type FormProps = Pick<SearchPageProps, "query" | "mode" | "file">

function SearchForm({ query, mode, file }: FormProps): JSX.Element {
  return (
    <search>
      <form
        class="search-all"
        method="get"
        action="/search"
        hx-get="/search"
        hx-target="#found"
        hx-select="#found"
        hx-swap="outerHTML"
        hx-replace-url="true"
        hx-sync="this:replace"
        hx-trigger="submit, change from:#mode, input changed delay:200ms from:#q, input changed delay:200ms from:#in-files"
      >
        <div class="search">
          <Icon name="search" />
          <label class="hidden-text" for="q">
            Search for
          </label>
          <input
            id="q"
            type="search"
            name="q"
            value={escapeHtml(query)}
            placeholder="Search the documents"
            autocomplete="off"
            data-steps-into="#found"
          />
        </div>
        <label>
          By
          <select id="mode" name="mode">
            {Object.entries(modes).map(([value, label]) => (
              <option value={value} selected={value === mode} safe>
                {label}
              </option>
            ))}
          </select>
        </label>
        <label>
          In files
          <input
            id="in-files"
            type="text"
            name="file"
            value={escapeHtml(file)}
            placeholder="*.md"
            autocomplete="off"
          />
        </label>
        <button class="button unscripted" type="submit">
          Search
        </button>
      </form>
    </search>
  )
}

function Found({ found, query }: { found?: DistinctResult[] | string; query: string }) {
  if (found === undefined) return ""
  if (typeof found === "string")
    return (
      <p class="callout" data-tone="attention">
        <Icon name="alert" />
        <span safe>{found}</span>
      </p>
    )
  if (found.length === 0)
    return (
      <Empty icon="search" title="Nothing found">
        Try fewer or different words.
      </Empty>
    )
  const note = found.every(({ mode }) => mode === "lexical") ? ", matched by words only" : ""
  return (
    <>
      <p class="results-head muted" safe>
        {`${plural(found.length, "passage")}, best first${note}`}
      </p>
      <ol class="results">
        {found.map((result) => (
          <Result result={result} query={query} />
        ))}
      </ol>
    </>
  )
}
