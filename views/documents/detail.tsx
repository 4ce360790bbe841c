import type { DocumentDetail } from "../../src/documents/schema"
import { Icon } from "../icon"
import { outline } from "./outline"

/** A span of the document's text, and the version that it was counted in if that is known. */
export type Passage = { start: number; end: number; version?: number }

type DocumentTextProps = { document: DocumentDetail; passage: Passage | null }

/** The text exactly as it was indexed, so that the passage marked is the passage meant. */
export function DocumentText({ document, passage }: DocumentTextProps): JSX.Element {
  const { content } = document
  const span = passage && validSpan(passage, content.length)
  return (
    <>
      {passage ? <PassageNote document={document} passage={passage} found={span !== null} /> : null}
      <div class="document-text" data-type={document.type}>
        {span ? (
          <>
            <span safe>{content.slice(0, span.start)}</span>
            <mark id="passage" safe>
              {content.slice(span.start, span.end)}
            </mark>
            <span safe>{content.slice(span.end)}</span>
          </>
        ) : (
          <span safe>{content}</span>
        )}
      </div>
    </>
  )
}

function validSpan({ start, end }: Passage, length: number): Passage | null {
  return start >= 0 && start < end && end <= length ? { start, end } : null
}

type PassageNoteProps = { document: DocumentDetail; passage: Passage; found: boolean }

function PassageNote({ document, passage, found }: PassageNoteProps): JSX.Element {
  const outdated = passage.version !== undefined && passage.version !== document.version
  if (!outdated && found) return ""
  const outdatedNote =
    `You see version ${passage.version}, from which this passage was taken; ` +
    `the present one is version ${document.version}.`
  return (
    <p class="callout" data-tone="attention">
      <Icon name="alert" />
      <span>{outdated ? outdatedNote : "That passage is not in this text."}</span>
    </p>
  )
}

/** The headings of a Markdown text; each marks itself in the text. */
export function Outline({ document }: { document: DocumentDetail }): JSX.Element {
  const headings = outline(document)
  if (headings.length < 2) return ""
  return (
    <nav class="rail-part" aria-labelledby="outline-head">
      <h2 id="outline-head">Outline</h2>
      <ol class="outline">
        {headings.map(({ title, level, start, end }) => (
          <li data-level={level}>
            <a href={`/documents/${document.id}?start=${start}&end=${end}#passage`} safe>
              {title}
            </a>
          </li>
        ))}
      </ol>
    </nav>
  )
}
