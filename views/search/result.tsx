import { escapeHtml } from "@kitajs/html"
import type { DistinctResult } from "../../src/features/search/schema"
import type { Explanation } from "../../src/platform/shapes/passage"
import { passageHref } from "../documents/passage"
import { plural } from "../format"
import { excerpt } from "./excerpt"

type ResultProps = { result: DistinctResult; query: string }

/** One passage, linked to its document, and an explanation of its rank. */
export function Result({ result, query }: ResultProps): JSX.Element {
  const { document_name, heading_path, page, content, also_in, explain } = result
  const place = [...heading_path, page === null ? "" : `page ${page}`].filter(Boolean)
  return (
    <li class="result">
      <p class="result-head">
        <a class="card-link" href={passageHref(result)} safe>
          {document_name}
        </a>
        <span class="muted" safe>
          {place.join(" › ")}
        </span>
      </p>
      <p class="result-text">
        {excerpt(content, query).map(({ text, hit }) =>
          hit ? <mark safe>{text}</mark> : <span safe>{text}</span>,
        )}
      </p>
      {also_in.length > 0 && (
        <p class="result-also muted">
          {"Also in "}
          {also_in.map((other, i) => (
            <>
              {i > 0 ? ", " : ""}
              <a href={passageHref(other)} safe>
                {other.document_name}
              </a>
            </>
          ))}
        </p>
      )}
      {query === "" ? "" : <KeepForm result={result} query={query} />}
      {explain ? <Why explain={explain} /> : null}
    </li>
  )
}

/** Marks the passage as relevant to the query, for measuring retrieval. */
function KeepForm({ result, query }: ResultProps): JSX.Element {
  const { document_id, start, end } = result
  return (
    <form
      class="result-keep"
      method="post"
      action="/documents/eval/judgements"
      hx-post="/documents/eval/judgements"
      hx-swap="outerHTML"
    >
      {Object.entries({ query, document_id, start, end }).map(([name, value]) => (
        <input type="hidden" name={name} value={escapeHtml(String(value))} />
      ))}
      <button class="button quiet" type="submit">
        Mark as relevant
      </button>
    </form>
  )
}

function Why({ explain: { lexical, fusion, rerank } }: { explain: Explanation }): JSX.Element {
  return (
    <details class="result-why">
      <summary>Why it was found</summary>
      {lexical ? <Terms lexical={lexical} /> : null}
      {fusion ? <p class="muted" safe>{`Ranks: ${ranks(fusion)}`}</p> : null}
      {rerank ? (
        <p class="muted" safe>
          {`Reranked from ${rerank.rank_before}, score ${rerank.score.toFixed(2)}`}
        </p>
      ) : null}
    </details>
  )
}

function ranks(fusion: NonNullable<Explanation["fusion"]>): string {
  const { lexical_rank, vector_rank, score } = fusion
  const parts = [
    lexical_rank === null ? "" : `${lexical_rank} by words`,
    vector_rank === null ? "" : `${vector_rank} by meaning`,
  ]
  return `${parts.filter(Boolean).join(", ")}; combined score ${score.toFixed(4)}`
}

function Terms({ lexical }: { lexical: NonNullable<Explanation["lexical"]> }): JSX.Element {
  const { score, terms } = lexical
  return (
    <table>
      <caption class="muted" safe>
        {`Score ${score.toFixed(2)} from ${plural(terms.length, "word")}`}
      </caption>
      <thead>
        <tr>
          {["Word", "Rarity", "Times", "Title", "Headings", "Text", "Score"].map((head, i) => (
            <th scope="col" class={i === 0 ? "" : "number"} safe>
              {head}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {terms.map(({ term, added, idf, frequency, fields, score }) => (
          <tr>
            <th scope="row">
              <span safe>{term}</span>
              {added && <span class="muted"> added</span>}
            </th>
            {[idf, frequency, fields.title, fields.headings, fields.body, score].map((n, i) => (
              <td class="number" safe>
                {i === 1 ? String(n) : Math.abs(n).toFixed(2)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  )
}
