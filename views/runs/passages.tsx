import type { RetrievalResult } from "../../src/platform/shapes/passage"
import { passageHref } from "../documents/passage"
import { plural } from "../format"

/** The passages that were found and given to the step. */
export function PassageList({ passages }: { passages: RetrievalResult[] }): JSX.Element {
  if (passages.length === 0) return ""
  return (
    <details class="fold" id="passages">
      <summary>
        <h3>Passages it read</h3>
        <span class="muted number" safe>
          {plural(passages.length, "passage")}
        </span>
      </summary>
      <ol class="passages">
        {passages.map((passage) => (
          <li>
            <p class="passage-head">
              <a href={passageHref(passage)} safe>
                {passage.document_name}
              </a>
              <span class="muted" safe>
                {passage.heading_path.join(" › ")}
              </span>
              <span class="muted number" safe>
                {scoreNote(passage)}
              </span>
            </p>
            <blockquote safe>{passage.content}</blockquote>
          </li>
        ))}
      </ol>
    </details>
  )
}

function scoreNote({ similarity, mode, page }: RetrievalResult): string {
  const likeness = similarity === null ? mode : `${mode}, similarity ${similarity.toFixed(2)}`
  return page === null ? likeness : `page ${page}, ${likeness}`
}
