import type { DocumentHead } from "../../src/features/documents/schema"
import { formatPercent } from "../format"
import { Icon } from "../icon"
import { ReadingBar, RetryForm } from "./status"

/** Progress or failure of indexing the newest version. Refreshes itself. */
export function DocumentState({ document }: { document: DocumentHead }): JSX.Element {
  const { id, status, error, progress } = document
  const live = {
    id: "document-state",
    "data-follow": `document:${id}`,
    "hx-get": `/documents/${id}`,
    "hx-target": "#main",
    "hx-select": "#main",
    "hx-swap": "outerMorph",
    "hx-trigger": "amelia:changed",
  }
  if (status === "processing")
    return (
      <div class="working" {...live}>
        <ReadingBar document={document} />
        <p class="muted" role="status">
          <span>Reading…</span>
          <span class="number" data-progress-text={`document:${id}`} safe>
            {formatPercent(progress)}
          </span>
        </p>
      </div>
    )
  if (status === "failed")
    return (
      <div class="callout" data-tone="bad" {...live}>
        <Icon name="alert" />
        <div>
          <p safe>{error ?? "It could not be read."}</p>
          <p class="muted">Fix the file and add it again under the same name, or try again.</p>
          <RetryForm document={document} />
        </div>
      </div>
    )
  return ""
}
