import type { Span } from "../quote"

const ending = /[.!?…]["'”’)\]*_`]*(?=\s|$)/g
const abbreviation =
  /(?:^|[\s(])(?:e\.g|i\.e|etc|vs|cf|approx|resp|incl|bzw|usw|ggf|inkl|evtl|ca|mind|max|min|vgl|abs|bspw|sog|env|art|no|nr|fig|mr|mrs|dr|st|\p{L})\.$/iu

/** Splits a span into sentences. Returns offsets in `text`, trimmed of white space. */
export function sentencesOf(text: string, { start, end }: Span): Span[] {
  const sentences: Span[] = []
  const range = text.slice(start, end)
  let from = 0
  for (const match of range.matchAll(ending)) {
    const to = match.index + match[0].length
    if (!endsSentence(range.slice(from, to), range.slice(to))) continue
    sentences.push(trimmed(text, start + from, start + to))
    from = to
  }
  sentences.push(trimmed(text, start + from, end))
  return sentences.filter((sentence) => sentence.end > sentence.start)
}

function endsSentence(sentence: string, rest: string): boolean {
  const next = rest.trimStart().charAt(0)
  if (!next) return true
  const insideCode = (sentence.match(/`/g)?.length ?? 0) % 2 === 1
  const insideBrackets = sentence.lastIndexOf("(") > sentence.lastIndexOf(")")
  if (insideCode || insideBrackets || abbreviation.test(sentence)) return false
  return !/\p{Ll}|[,;)]/u.test(next)
}

function trimmed(text: string, start: number, end: number): Span {
  const piece = text.slice(start, end)
  const lead = piece.length - piece.trimStart().length
  return { start: start + lead, end: Math.max(start + lead, start + piece.trimEnd().length) }
}
