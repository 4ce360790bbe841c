import type { DistinctResult } from "../../src/features/search/schema"
import { Empty } from "../empty"
import { plural } from "../format"
import { Result } from "../search/result"

type SearchResultsProps = { query: string; results: DistinctResult[] }

/** Found passages, best first. Each links to its position in its document. */
export function SearchResults({ query, results }: SearchResultsProps): JSX.Element {
  if (results.length === 0)
    return (
      <Empty icon="search" title="Nothing found">
        Try fewer or different words. <a href="/documents">Show all documents</a>
      </Empty>
    )
  return (
    <>
      <p class="results-head muted">
        <span safe>{`${plural(results.length, "passage")}, best first`}</span>
        <span safe>{modeNote(results)}</span>
        <a href={`/search?q=${encodeURIComponent(query)}`}>Search with filters</a>
        <a href="/documents">Show all documents</a>
      </p>
      <ol class="results">
        {results.map((result) => (
          <Result result={result} query={query} />
        ))}
      </ol>
    </>
  )
}

function modeNote(results: DistinctResult[]): string {
  return results.every(({ mode }) => mode === "lexical") ? "matched by words only" : ""
}
