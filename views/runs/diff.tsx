import { diffWordsWithSpace, structuredPatch } from "diff"
import type { Artifact } from "../../src/features/runs/schema"

/** Beyond these limits, finding the shortest difference takes too long for a page. */
const limits = { maxEditLength: 4000, timeout: 300 }
/** Unchanged lines shown around a change. */
const CONTEXT = 2

type Part = { text: string; changed: boolean }
type Line = { kind: "same" | "removed" | "added"; parts: Part[] }

type Text = Pick<Artifact, "content" | "version">

/** Removed and added lines between two versions, with the changed words marked. */
export function Diff({ from, to }: { from: Text; to: Text }): JSX.Element {
  const hunks = hunksOf(from.content, to.content)
  if (!hunks) return <p class="muted">They differ too much to compare.</p>
  if (hunks.length === 0) return <p class="muted">The texts are identical.</p>
  return (
    <section class="diff" tabindex="0" aria-label={labelOf(from, to)}>
      {hunks.map((lines) => (
        <div class="hunk">
          {lines.map((line) => (
            <DiffLine {...line} />
          ))}
        </div>
      ))}
    </section>
  )
}

function labelOf(from: Text, to: Text): string {
  return `From version ${from.version} to version ${to.version}`
}

/** The sign is read aloud and copied; the colour is only a help. */
function DiffLine({ kind, parts }: Line): JSX.Element {
  const words = parts.map(({ text, changed }) =>
    changed ? <mark safe>{text}</mark> : <span safe>{text}</span>,
  )
  if (kind === "same") return <p>{words}</p>
  return kind === "removed" ? (
    <del>
      <span class="sign">−</span>
      {words}
    </del>
  ) : (
    <ins>
      <span class="sign">+</span>
      {words}
    </ins>
  )
}

function hunksOf(before: string, after: string): Line[][] | undefined {
  const options = { context: CONTEXT, ...limits }
  // Edited texts end without a line break; don't report that as a difference.
  const [old, now] = [before, after].map((text) => `${text.trimEnd()}\n`)
  const patch = structuredPatch("", "", old ?? "", now ?? "", undefined, undefined, options)
  return patch?.hunks.map(({ lines }) => pairUp(lines.filter((line) => !line.startsWith("\\"))))
}

/** Pairs removed lines with the added lines that follow, in order. */
function pairUp(lines: string[]): Line[] {
  const out: Line[] = []
  let at = 0
  const run = (sign: string) => {
    const start = at
    while (lines[at]?.startsWith(sign)) at++
    return lines.slice(start, at).map((line) => line.slice(1))
  }
  while (at < lines.length) {
    out.push(...run(" ").map((text): Line => ({ kind: "same", parts: [plain(text)] })))
    const [removed, added] = [run("-"), run("+")]
    const pairs = removed.map((text, n) => wordsOf(text, added[n]))
    out.push(...pairs.map(({ before }): Line => ({ kind: "removed", parts: before })))
    out.push(
      ...added.map((text, n): Line => ({ kind: "added", parts: pairs[n]?.after ?? [plain(text)] })),
    )
  }
  return out
}

const plain = (text: string): Part => ({ text, changed: false })

/** Marks the words that differ between two lines, or none if the lines have little in common. */
function wordsOf(before: string, after: string | undefined): { before: Part[]; after?: Part[] } {
  if (after === undefined) return { before: [plain(before)] }
  const unrelated = { before: [plain(before)], after: [plain(after)] }
  const changes = diffWordsWithSpace(before, after, limits)
  if (!changes) return unrelated
  const kept = changes.filter(({ added, removed }) => !added && !removed)
  const same = kept.reduce((sum, { value }) => sum + value.trim().length, 0)
  if (same * 3 < Math.max(before.length, after.length)) return unrelated
  const side = (other: "added" | "removed", own: "added" | "removed") =>
    changes
      .filter((change) => !change[other])
      .map((change) => ({ text: change.value, changed: change[own] === true }))
  return { before: side("added", "removed"), after: side("removed", "added") }
}
