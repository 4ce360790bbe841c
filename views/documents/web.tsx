import { escapeHtml } from "@kitajs/html"
import type { Document } from "../../src/features/documents/schema"

/** Adds a page of the web; whoever sends it sees its document, or why it can't be read. */
export function AddPageForm(): JSX.Element {
  return (
    <form class="add-line" method="post" action="/documents/scrape">
      <label class="hidden-text" for="url">
        Web page
      </label>
      <input
        id="url"
        type="url"
        name="url"
        placeholder="Web page, such as https://example.org/guide"
        autocomplete="off"
        required
      />
      <button class="button" type="submit">
        Add page
      </button>
    </form>
  )
}

/** Reads the page of a document again; nothing for a document that is of no page. */
export function RefetchForm({ document }: { document: Document }): JSX.Element {
  const { id, source_url } = document
  if (source_url === null) return ""
  return (
    <form method="post" action={`/documents/${id}/refetch`}>
      <button class="button" type="submit" title={escapeHtml(source_url)}>
        Read again
      </button>
    </form>
  )
}
