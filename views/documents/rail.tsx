import { escapeHtml } from "@kitajs/html"
import type { DocumentHead, DocumentVersion } from "../../src/documents/schema"
import type { Section } from "../../src/search/sections"
import { plural } from "../format"
import { Icon } from "../icon"
import { outline } from "./outline"
import { type Reading, readingHref } from "./reading"
import { DocumentVersions } from "./versions"

export type DocumentRailProps = {
  document: DocumentHead
  reading: Reading | null
  sections: Section[]
  versions: DocumentVersion[]
  query: string
}

/** Ways into the document: search, pages, headings and versions. */
export function DocumentRail(props: DocumentRailProps): JSX.Element {
  const { document, reading, sections, versions, query } = props
  return (
    <>
      {reading ? (
        <>
          <SearchInside id={document.id} query={query} />
          <PageForm document={document} />
          <Outline reading={reading} sections={sections} />
        </>
      ) : null}
      <DocumentVersions document={document} versions={versions} />
    </>
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
          aria-label="Search in this document"
          placeholder="Search in this document"
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
      <input
        id="page"
        type="number"
        name="page"
        min="1"
        max={page_starts.length}
        value="1"
        required
      />
      <span class="muted number" safe>{`of ${plural(page_starts.length, "page")}`}</span>
      <button class="button" type="submit">
        Go
      </button>
    </form>
  )
}

type OutlineProps = { reading: Reading; sections: Section[] }

/** Each heading leads to its place: on this page, or on one with that part of the text. */
function Outline({ reading, sections }: OutlineProps): JSX.Element {
  const { start, end } = reading.window
  const headings = outline(sections)
  if (headings.length < 2) return ""
  const target = { ...reading, passage: null }
  return (
    <nav class="rail-part" aria-labelledby="outline-head">
      <h2 id="outline-head">Outline</h2>
      <ol class="outline">
        {headings.map(({ title, level, start: at }) => (
          <li data-level={level}>
            <a href={`${at >= start && at < end ? "" : readingHref(target, { at })}#at-${at}`} safe>
              {title}
            </a>
          </li>
        ))}
      </ol>
    </nav>
  )
}
