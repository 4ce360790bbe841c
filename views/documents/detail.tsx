import { Icon } from "../icon"
import { type Reading, readingHref } from "./reading"

/** Part of the text, where the passage in question is marked, and ways to what is around it. */
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

/** A block of its own, which a browser holds in its place when another is put before it. */
export function TextPart({ reading, earlier, later }: TextPartProps): JSX.Element {
  const { html: safeHtml, window, view } = reading
  return (
    <>
      {earlier && window.start > 0 ? (
        <MoreLink reading={reading} place={{ to: window.start }} label="Show what is before" />
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

/** Is replaced by what it leads to, behind or before which there may be another one. */
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
