import type { RetrievalResult } from "../../src/search/schema"
import { Empty } from "../empty"
import { plural } from "../format"
import { excerpt } from "./excerpt"
import { passageHref } from "./passage"

type SearchResultsProps = { query: string; results: RetrievalResult[] }

/** Passages that were found, best first; each opens its document at its place. */
export function SearchResults({ query, results }: SearchResultsProps): JSX.Element {
  if (results.length === 0)
    return (
      <Empty icon="search" title="Nothing found">
        Try fewer or other words. <a href="/documents">Show all documents</a>
      </Empty>
    )
  return (
    <>
      <p class="results-head muted">
        <span safe>{`${plural(results.length, "passage")}, best first`}</span>
        <span safe>{modeNote(results)}</span>
        <a href="/documents">Show all documents</a>
      </p>
      <ol class="results">
        {results.map((result) => (
          <li class="result">
            <p class="result-head">
              <a class="card-link" href={passageHref(result)} safe>
                {result.document_name}
              </a>
              <span class="muted" safe>
                {[...result.heading_path, result.page === null ? "" : `page ${result.page}`]
                  .filter(Boolean)
                  .join(" › ")}
              </span>
            </p>
            <p class="result-text">
              {excerpt(result.content, query).map(({ text, hit }) =>
                hit ? <mark safe>{text}</mark> : <span safe>{text}</span>,
              )}
            </p>
          </li>
        ))}
      </ol>
    </>
  )
}

function modeNote(results: RetrievalResult[]): string {
  return results.every(({ mode }) => mode === "lexical") ? "by words only" : ""
}
