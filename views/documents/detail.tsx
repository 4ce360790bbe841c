import { escapeHtml } from "@kitajs/html"
import { PATIENT_SECONDS, type Plain } from "../../src/features/documents/schema"
import { Icon } from "../icon"
import { isMarkdown, type Reading, readingHref } from "./reading"

/** A part of the text with the passage marked, and links to the text before and after it. */
export function DocumentText({ reading }: { reading: Reading }): JSX.Element {
  const { document, view, window, passage } = reading
  const found = !passage || (passage.start >= window.start && passage.end > passage.start)
  const isInside = !passage || window.hasMore || passage.end <= window.end
  return (
    <>
      {found && isInside ? null : <Note>That passage is not in this text.</Note>}
      <div class="document-text" data-type={document.type} data-view={view}>
        <TextPart reading={reading} earlier later />
      </div>
    </>
  )
}

function Note({ children }: { children: string }): JSX.Element {
  return (
    <p class="callout" data-tone="attention">
      <Icon name="alert" />
      <span safe>{children}</span>
    </p>
  )
}

type TextPartProps = { reading: Reading; earlier?: boolean; later?: boolean }

/** A separate block, so that the browser keeps its position when text is added above it. */
export function TextPart({ reading, earlier, later }: TextPartProps): JSX.Element {
  const { html: safeHtml, window, view } = reading
  return (
    <>
      {earlier && window.start > 0 ? (
        <MoreLink reading={reading} place={{ to: window.start }} label="Show earlier text" />
      ) : null}
      {reading.plain ? <PlainNote reading={reading} plain={reading.plain} /> : null}
      <div class={view === "rendered" ? "prose" : undefined}>{safeHtml}</div>
      {later && window.hasMore ? (
        <MoreLink reading={reading} place={{ from: window.end }} label="Show more" />
      ) : null}
    </>
  )
}

/** Says that a part is shown plain, and offers to wait longer for it. */
function PlainNote({ reading, plain }: { reading: Reading; plain: Plain }): JSX.Element {
  const { document, window } = reading
  const [work, rest] = isMarkdown(document)
    ? ["rendered", "so here is its source"]
    : ["highlighted", "so it has no colours"]
  const isLate = plain.reason === "late"
  const why = isLate ? `within ${plain.seconds} seconds` : "because of its content"
  const rendered = readingHref({ ...reading, view: "rendered" }, { from: window.start, wait: 1 })
  return (
    <p class="callout" data-tone="attention">
      <Icon name="alert" />
      <span>
        <span safe>{`This text can't be ${work} ${why}, ${rest}. `}</span>
        {isLate && plain.seconds < PATIENT_SECONDS ? (
          <a href={escapeHtml(rendered)}>{`Try for ${PATIENT_SECONDS} seconds`}</a>
        ) : null}
      </span>
    </p>
  )
}

type MoreLinkProps = {
  reading: Reading
  place: { from: number } | { to: number }
  label: string
}

/** A link that is replaced by the text it loads, which may contain another such link. */
function MoreLink({ reading, place, label }: MoreLinkProps): JSX.Element {
  return (
    <a
      id={"to" in place ? "earlier" : "later"}
      class="button more"
      href={readingHref(reading, place)}
      hx-get={readingHref(reading, place, "/text")}
      hx-swap="outerHTML"
      safe
    >
      {label}
    </a>
  )
}
