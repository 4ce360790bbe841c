import type { Citation } from "../../platform/shapes/citation"
import type { RemovedCitation } from "../../platform/shapes/message"
import { addCitation } from "./cite"
import { bindClaim, type Claim } from "./claim"
import { createTokenReader, type Mark } from "./marks"
import type { Source } from "./sources"

/** Passes an answer on while it is written, with its marks bound to passages. */
export type MarkReader = {
  /** Returns what can be shown so far. Holds back what may still become a mark. */
  write(piece: string): string
  /** Returns the rest. */
  end(): string
  /** In order of use. Grows while the answer is written. */
  readonly citations: Citation[]
  /** Marks that were left out because nothing supports them. */
  readonly removed: RemovedCitation[]
}

/** The text that an answer goes on from, as it was shown, and what it cites. */
export type Before = {
  text: string
  citations: readonly Citation[]
  removed: readonly RemovedCitation[]
}
const nothing: Before = { text: "", citations: [], removed: [] }

/**
 * Numbers marks in order of use and binds each to the words of its source that support the claim
 * before it. Leaves out a mark whose number was not given, and one after a quotation that is in no
 * source. `sources` may grow meanwhile. Goes on from the last line and the citations of `before`.
 */
export function createMarkReader(sources: readonly Source[], before = nothing): MarkReader {
  const { showText, showMark, keepMark, ...bound } = createWriter(sources, before)
  const readToken = createTokenReader()
  let held = before.text

  function pass(isEnd: boolean, show = showMark): string {
    let shown = ""
    let at = 0
    for (;;) {
      const token = readToken(held, at, isEnd)
      if (!token) break
      at += token.raw.length
      shown += token.kind === "mark" ? show(token, held[at]) : showText(token.raw)
    }
    held = held.slice(at)
    return shown
  }

  pass(true, keepMark)
  return {
    write(piece) {
      held += piece
      return pass(false)
    },
    end: () => pass(true),
    ...bound,
  }
}

/** Writes out text and marks, and knows the claim before each mark. */
function createWriter(sources: readonly Source[], before: Before) {
  const { citations, removed, bind } = createBinder(sources, before)
  /** The line so far without its marks, and the part of it since the last run of marks. */
  let line = ""
  let claim = ""
  let run: number[] | undefined
  /** A bracket around a mark that was left out closes here. */
  let closes = false
  /** The space before marks that were left out, for one that follows. */
  let space = ""

  function showText(raw: string): string {
    const text = closes && raw.startsWith(")") ? raw.slice(1) : raw
    closes = false
    space = ""
    if (run && text.trim() !== "") {
      run = undefined
      claim = ""
    }
    const lineEnd = text.lastIndexOf("\n") + 1
    line = (lineEnd ? "" : line) + text.slice(lineEnd)
    claim = (lineEnd ? "" : claim) + text.slice(lineEnd)
    return text
  }

  function showMark(mark: Mark, next = ""): string {
    const { raw, opened, numbers } = mark
    if (mark.lead === "" && isSubscript(raw, line, sources))
      return showText(raw).replace("[", "\\[")
    const lead = mark.lead || space
    const earlier = run ?? []
    const shown = numbers.flatMap((number) => bind(number, { line, claim }) ?? [])
    const fresh = [...new Set(shown)].filter((number) => !earlier.includes(number))
    run = [...earlier, ...fresh]
    if (fresh.length === 0) {
      closes = opened && next === ")"
      space = lead
      return `${/[\p{L}\p{N}]/u.test(next) ? lead : ""}${opened && !closes ? "(" : ""}`
    }
    space = ""
    return `${lead}${opened ? "(" : ""}${fresh.map((number) => `[${number}]`).join("")}`
  }

  /** Marks of the text before have our numbers. */
  function keepMark({ raw, numbers }: Mark): string {
    if (!numbers.every((number) => number <= before.citations.length)) return showText(raw)
    run = [...(run ?? []), ...numbers]
    return raw
  }

  return { showText, showMark, keepMark, citations, removed }
}

function createBinder(sources: readonly Source[], before: Before) {
  const citations = [...before.citations]
  const removed = [...before.removed]
  /** The citation that was last bound to a source. */
  const latest = new Map<number, number>()
  return {
    citations,
    removed,
    /** Returns the citation's number, or undefined if nothing supports the claim. */
    bind(number: number, claim: Claim): number | undefined {
      const source = sources.find((other) => other.number === number)
      if (!source) return void removed.push({ number, reason: "not_given" })
      // A list of sources at the end claims nothing new.
      const known = claim.claim.trim() === "" ? latest.get(number) : undefined
      if (known) return known
      const citation = bindClaim(claim, source, sources)
      if (!citation) return void removed.push({ number, reason: "not_in_source" })
      const added = addCitation(citations, citation)
      latest.set(number, added)
      return added
    },
  }
}

/** True for `args[0]` if a source has these very words. */
function isSubscript(raw: string, line: string, sources: readonly Source[]): boolean {
  const [name] = /[\w$.]+$/.exec(line) ?? []
  const isCode = ({ passage }: Source) => passage.content.includes(`${name}${raw}`)
  return name !== undefined && sources.some(isCode)
}
