import { escapeHtml } from "@kitajs/html"
import type { DocumentHead } from "../../src/features/documents/schema"
import { plural } from "../format"
import { Icon } from "../icon"
import { isMarkdown, type Reading, readingHref } from "./reading"

/** The bar above the text: choice of view, page number and search. */
export function TextBar({ reading, query }: { reading: Reading; query: string }): JSX.Element {
  return (
    <div class="text-bar">
      <ViewChoice reading={reading} />
      <PageForm document={reading.document} />
      <SearchInside id={reading.document.id} query={query} />
    </div>
  )
}

/** Switches Markdown between its rendered form and its source as indexed. */
function ViewChoice({ reading }: { reading: Reading }): JSX.Element {
  const { document, view, passage } = reading
  if (!isMarkdown(document)) return ""
  return (
    <nav class="view-choice" aria-label="View">
      {(["rendered", "source"] as const).map((it) => (
        <a
          href={`${readingHref({ ...reading, view: it })}${passage ? "#passage" : ""}`}
          aria-current={it === view ? "true" : undefined}
        >
          {it === "rendered" ? "Rendered" : "Source"}
        </a>
      ))}
    </nav>
  )
}

function SearchInside({ id, query }: { id: string; query: string }): JSX.Element {
  return (
    <search>
      <form class="search" method="get" action={`/documents/${id}`}>
        <Icon name="search" />
        <input
          type="search"
          name="q"
          value={escapeHtml(query)}
          aria-label="Search this document"
          placeholder="Search this document"
          autocomplete="off"
        />
      </form>
    </search>
  )
}

function PageForm({ document }: { document: DocumentHead }): JSX.Element {
  const { id, page_starts, version, content_version } = document
  if (!page_starts || page_starts.length < 2) return ""
  return (
    <form class="page-form" method="get" action={`/documents/${id}`}>
      {content_version !== version && (
        <input type="hidden" name="version" value={String(content_version)} />
      )}
      <label for="page">Page</label>
      <input id="page" type="number" name="page" min="1" max={page_starts.length} required />
      <span class="muted number" safe>{`of ${plural(page_starts.length, "page")}`}</span>
      <button class="button" type="submit">
        Go
      </button>
    </form>
  )
}
