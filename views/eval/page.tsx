import type { EvalResult, Judgement } from "../../src/features/eval/schema"
import type { Frame } from "../../src/platform/http/schema"
import { passageHref } from "../documents/passage"
import { Empty } from "../empty"
import { plural } from "../format"
import { Icon } from "../icon"
import { Layout } from "../layout"
import { Figures } from "./figures"

export type EvalPageProps = Frame & {
  judgements: Judgement[]
  /** The figures of each setting, or null if there are no judgements. */
  result: EvalResult | null
}

/** Measures retrieval with the results that somebody marked as relevant. */
export function EvalPage({ judgements, result, ...frame }: EvalPageProps): JSX.Element {
  return (
    <Layout title="Search quality" current="documents" {...frame}>
      <header class="page-head">
        <nav aria-label="Breadcrumb" class="crumbs">
          <a href="/documents">
            <Icon name="back" />
            Documents
          </a>
        </nav>
        <h1>Search quality</h1>
        <p class="lead">How well a search finds what you know to be relevant.</p>
      </header>
      {result ? (
        <>
          <Figures result={result} />
          <Judgements judgements={judgements} />
        </>
      ) : (
        <Empty icon="search" title="No results marked as relevant yet">
          <a href="/search">Search</a> and mark the results that are relevant. To measure questions
          from a file, run <code>amelia eval FILE</code>.
        </Empty>
      )}
    </Layout>
  )
}

function Judgements({ judgements }: { judgements: Judgement[] }): JSX.Element {
  return (
    <section aria-labelledby="judgements">
      <h2 id="judgements">Marked as relevant</h2>
      <table class="documents">
        <caption class="muted">
          <span safe>{plural(judgements.length, "result")}</span>,{" "}
          <a href="/api/rag/eval/questions.jsonl">export as questions for amelia eval</a>
        </caption>
        <thead>
          <tr>
            <th scope="col">Query and document</th>
            <th scope="col" class="number">
              Grade
            </th>
            <th scope="col">
              <span class="hidden-text">Actions</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {judgements.map((judgement) => (
            <JudgementRow judgement={judgement} />
          ))}
        </tbody>
      </table>
    </section>
  )
}

function JudgementRow({ judgement }: { judgement: Judgement }): JSX.Element {
  const { id, query, document_id, document_name, document_version, start, end, grade } = judgement
  const isSpan = start !== null && end !== null
  const href = isSpan
    ? passageHref({ document_id, document_version, start, end })
    : `/documents/${document_id}`
  return (
    <tr>
      <th scope="row">
        <span safe>{query}</span>
        <br />
        <a class="muted" href={href} safe>
          {document_name}
        </a>
      </th>
      <td class="number muted">{grade}</td>
      <td class="row-action">
        <form method="post" action={`/documents/eval/judgements/${id}/delete`}>
          <button class="button quiet icon-only" type="submit" title="Unmark">
            <Icon name="trash" />
            <span class="hidden-text" safe>{`Unmark ${document_name}`}</span>
          </button>
        </form>
      </td>
    </tr>
  )
}
