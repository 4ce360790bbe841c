import type { Unit } from "./units"

/** Words that reveal a statement's purpose. Tested on the text without Markdown. */
const duty =
  /(?<![-.])\b(?:must|shall|should|needs? to|(?<!nothing )(?:has|have) to|requires?|required(?!-)|always|mandatory|ensures?|guarantees?)\b|(?:^|[;:.]\s)(?:every|each|all)\b/i
const strongDuty = /\b(?:must|shall|required|always|mandatory|never)\b/i
const ban =
  /\b(?:never|must not|may not|can ?not|can['’]t|won['’]t|no longer|not (?:allowed|supported|wanted|permitted|possible)|(?:is|are|does|do|has) not|forbidden|without|refus(?:es?|ed)|unless)\b|(?<!\bnot )\bonly\b|^no\b/i
const bound =
  /\b(?:at most|at least|no more than|not more than|up to|less than|more than|fewer than|maximum|minimum|max\.?|min\.?|limit(?:ed|s)?|exactly|within)\b|[≤≥]/i
const quantity =
  /\b\d[\d,.]*\s?(?:ms|s|sec(?:onds?)?|min(?:utes?)?|h(?:ours?)?|days?|[KMG]i?B|bytes?|characters?|tokens?|px|rows?|dimensions)\b|\b\d[\d.]*\s?%/i
const undecided =
  /\b(?:TBD|TODO|FIXME|[Tt]o be (?:decided|determined|defined|discussed)|not yet (?:clear|known|specified)|(?:not|n['’]t)(?: yet)? decided|(?:is|are|remains?|still) (?:undecided|unclear|open)|[Oo]pen (?:question|issue|point):|decided? later|needs? (?:a decision|discussion))\b/
const decided =
  /\b(?:because|so that|instead of|rather than|by default|the default|defaults? to|in favou?r of|hence|therefore|, so\b|defaults?:|chosen|chose|on purpose|deliberately|preferred?|is why)\b/i
const risky =
  /\b(?:risks?|risky|traps?|fails?|failures?|lo(?:se|ses|st)(?! nothing)|dangerous|danger|crash(?:es|ed)?|hangs?|silently|(?<!-)breaks?|broken|corrupt\w*|vulnerab\w*|deadlocks?|leaks?|overload\w*|stall\w*|insecure|holes?|attack\w*|beware|careful|experimental|unstable|deprecated)\b/i
const capable =
  /\b(?:supports?|provides?|offers?|includes?|allows?|lets?|enables?|can|will|comes with|shows?|gives?|runs?|handles?)\b/i
const optional = /\b(?:could|may|might|optional(?:ly)?|nice to have|later)\b/i

/** Phrases that address a README's reader and say nothing about the product. */
const chatter =
  /\b(?:sponsors?|donat\w+|contribut\w+|contributors?|star (?:us|the)|discord|twitter|follow (?:us|me)|thank(?:s| you)|feel free|pull requests?|issue tracker|code of conduct|licen[cs]e[ds]?|copyright|newsletter|join (?:us|our)|see (?:the )?(?:docs|documentation|website|wiki)|for more (?:information|details)|read more|learn more|check out|click here|take a look)\b/i

const fieldHeader =
  /^(?:fields?|columns?|propert(?:y|ies)|name|key|attributes?|options?|parameters?|settings?|props?)\b/i

const asks = (unit: Unit) => unit.text.endsWith("?")
/** `This is only done then` means nothing without the sentence before it. */
const dangling =
  /^(?:this|that|these|those|both|such)\s+(?:is|are|was|were|can|will|also|does|do|has|have|means|matches|allows)\b/i
const prose = (unit: Unit) =>
  unit.kind !== "code" &&
  unit.terms.size >= 3 &&
  !/^\$ /.test(unit.text) &&
  !dangling.test(unit.text)

export const isChatter = (unit: Unit): boolean => chatter.test(unit.text)
/** True if it ends with a colon: it announces a list and says nothing by itself. */
export const announces = (unit: Unit): boolean => unit.text.endsWith(":")
export const isDuty = (unit: Unit): boolean => prose(unit) && !asks(unit) && duty.test(unit.text)
export const isStrongDuty = (text: string): boolean => strongDuty.test(text)
export const isOptional = (text: string): boolean => optional.test(text)
export const isCapability = (unit: Unit): boolean => prose(unit) && capable.test(unit.text)
export const isDecision = (unit: Unit): boolean =>
  prose(unit) && !asks(unit) && decided.test(unit.text)
export const isRisk = (unit: Unit): boolean => prose(unit) && !asks(unit) && risky.test(unit.text)

/** Scores how firmly a statement limits what is allowed; 0 if it doesn't. */
export function constraintStrength(unit: Unit): number {
  if (!prose(unit) || asks(unit)) return 0
  const count = (cue: RegExp) => (cue.test(unit.text) ? 1 : 0)
  const measured = bound.test(unit.text) && /\d/.test(unit.text) ? 1 : 0
  return 2 * count(ban) + measured + count(bound) + count(quantity)
}

/** True for a row of a field table: part of a record, not a subject by itself. */
export const isField = ({ kind, header }: Unit): boolean =>
  kind === "row" && fieldHeader.test(header[0] ?? "")

/** True for a question that the text leaves open, not one that it answers or asks its reader. */
export function isOpenQuestion(unit: Unit): boolean {
  if (unit.kind === "code") return false
  if (undecided.test(unit.text)) return true
  const toReader =
    /^(?:want|need|looking|interested|have|having|got|did you|do you|are you|why not)\b/i
  const ours = /\b(?:we|our)\b/i.test(unit.text)
  const answered =
    !ours && unit.leads && unit.kind === "sentence" && unit.block.trim() !== unit.quote
  return asks(unit) && unit.text.split(" ").length > 3 && !toReader.test(unit.text) && !answered
}
