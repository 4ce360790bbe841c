import { escapeHtml } from "@kitajs/html"
import type { Document } from "../../src/features/documents/schema"
import { posted } from "../form"

/** Adds a web page. Submitting it opens the document. */
export function AddPageForm(): JSX.Element {
  return (
    <form class="add-line" {...posted("/documents/scrape")}>
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

/** Fetches a document's web page again. Empty for a document that has none. */
export function RefetchForm({ document }: { document: Document }): JSX.Element {
  const { id, source_url } = document
  if (source_url === null) return ""
  return (
    <form {...posted(`/documents/${id}/refetch`)}>
      <button class="button" type="submit" title={escapeHtml(source_url)}>
        Fetch again
      </button>
    </form>
  )
}
