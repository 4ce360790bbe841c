import { Icon } from "../icon"
import { type Reading, readingHref } from "./reading"

/** A part of the text with the passage marked, and links to the text before and after it. */
export function DocumentText({ reading }: { reading: Reading }): JSX.Element {
  const { document, view, window, passage } = reading
  const found = !passage || (passage.start >= window.start && passage.end > passage.start)
  const isInside = !passage || window.hasMore || passage.end <= window.end
  return (
    <>
      {found && isInside ? null : <Note>That passage is not in this text.</Note>}
      {reading.isUnrendered ? (
        <Note>This text takes too long to render, so here is its source.</Note>
      ) : null}
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
      <div class={view === "rendered" ? "prose" : undefined}>{safeHtml}</div>
      {later && window.hasMore ? (
        <MoreLink reading={reading} place={{ from: window.end }} label="Show more" />
      ) : null}
    </>
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
