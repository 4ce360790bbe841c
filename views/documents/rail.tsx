import type { DocumentHead, DocumentVersion } from "../../src/features/documents/schema"
import type { Section } from "../../src/features/search/schema"
import { outline } from "./outline"
import { type Reading, readingHref } from "./reading"
import { DocumentVersions } from "./versions"

export type DocumentRailProps = {
  document: DocumentHead
  reading: Reading | null
  sections: Section[]
  versions: DocumentVersion[]
}

/** The document's outline and versions. */
export function DocumentRail(props: DocumentRailProps): JSX.Element {
  const { document, reading, sections, versions } = props
  return (
    <>
      {reading ? <Outline reading={reading} sections={sections} /> : null}
      <DocumentVersions document={document} versions={versions} />
    </>
  )
}

type OutlineProps = { reading: Reading; sections: Section[] }

/** Links each heading to its position, on this page or on the page with that part of the text. */
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
