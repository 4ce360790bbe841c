import { type Citation, citationHref } from "../../src/platform/shapes/citation"

/** The cited passages, beside the text that cites them. */
export function Sources({ citations }: { citations: Citation[] }): JSX.Element {
  return (
    <section class="rail-part" aria-labelledby="sources-head">
      <h2 id="sources-head">Sources</h2>
      <SourceList citations={citations} />
    </section>
  )
}

/** Citations ordered by number. */
export function SourceList({ citations }: { citations: Citation[] }): JSX.Element {
  const ordered = citations.toSorted((a, b) => a.number - b.number)
  return (
    <ol class="sources">
      {ordered.map((citation) => (
        <li>
          <span class="source-number number" safe>
            {`[${citation.number}]`}
          </span>
          <div>
            <a href={citationHref(citation)} safe>
              {citation.document_name}
            </a>
            {citation.heading_path.length > 0 && (
              <p class="muted" safe>
                {citation.heading_path.join(" › ")}
              </p>
            )}
            <blockquote safe>{citation.quote}</blockquote>
          </div>
        </li>
      ))}
    </ol>
  )
}
