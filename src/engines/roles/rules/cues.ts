import type { Piece } from "./unit"

/**
 * Words that reveal a statement's purpose, in English, German and French. Tested on the text without
 * Markdown. `\b` knows no umlauts, so `words` has its own borders.
 */
function words(...patterns: string[]): RegExp {
  return new RegExp(`(?<![\\p{L}\\p{N}_-])(?:${patterns.join("|")})(?![\\p{L}\\p{N}_])`, "iu")
}

const strong = words(
  "must|shall|(?<!\\bno(?:t|n)?[ -](?:\\p{L}+ )?)required|mandatory|(?:is|are) to be",
  "muss|müssen|musste|zwingend|verpflichtend|ist zu|sind zu",
  "doit|doivent|devra|devront|il faut|obligatoires?|exigée?s?",
)
const weak = words(
  "should|needs? to|(?<!nothing )(?:has|have) to|(?<!n['’]t (?:seem to )?|not )requires?|ensures?|guarantees?",
  "sollen?|sollten?|erfordert|stellt sicher",
  "devraient|devrait|nécessite|garantit|permet(?:tre|tent)?",
)
const ban = words(
  "must not|mustn['’]t|may not|shall not|never|not (?:allowed|permitted|supported)|forbidden|prohibited|refus(?:es?|ed)",
  "darf (?:\\p{L}+ )?(?:nicht|kein\\p{L}*|nie(?:mals)?)|dürfen (?:\\p{L}+ )?(?:nicht|kein\\p{L}*|nie(?:mals)?)|niemals|verboten|untersagt",
  "ne (?:doit|doivent|devra|peut|peuvent) (?:pas|jamais|plus)|jamais|interdite?s?",
)
const softBan = words(
  "can ?not|can['’]t|won['’]t|no longer|without|unless|(?<!not )only|exclusively",
  "kann nicht|können nicht|ohne|nur|ausschließlich|höchstens|mindestens",
  "sans|uniquement|seulement|exclusivement",
)
const bound = words(
  "at most|at least|no more than|not more than|up to|less than|fewer than|maximum|minimum|max\\.?|min\\.?|limited to|exactly|within",
  "höchstens|mindestens|maximal|minimal|bis zu|weniger als|nicht mehr als|innerhalb",
  "au plus|au moins|maximum|minimum|moins de|jusqu['’]à|en moins de",
)
const quantity =
  /(?<![\p{L}\d])\d[\d,.]*\s?(?:ms|s|sec(?:onds?)?|min(?:utes?)?|h(?:ours?)?|days?|[KMG]i?B|bytes?|characters?|tokens?|px|rows?|users?|Sekunden?|Minuten?|Stunden?|Tagen?|Nutzer|secondes?|heures?|jours?|utilisateurs?)(?!\p{L})|\d[\d.]*\s?%/iu
const undecided =
  /\b(?:TBD|TODO|FIXME|[Tt]o be (?:decided|determined|defined|discussed)|not yet (?:clear|known|specified)|(?:not|n['’]t)(?: yet)? decided|(?:is|are|remains?|still) (?:undecided|unclear|open)|[Oo]pen (?:question|issue|point):|decided? later|needs? (?:a decision|discussion)|noch (?:offen|unklar|zu klären)|à (?:décider|définir|préciser))(?!\p{L})/u
const decided =
  /\b(?:instead of|rather than|by default|the default|defaults? to|in favou?r of|defaults?:|we (?:use|chose|decided|prefer)|chosen|chose|decided|on purpose|deliberately|preferred|is why|statt(?:dessen)?|entschieden|bewusst|standardmäßig|plutôt que|au lieu d|par défaut|choisi\p{L}*)(?!\p{L})/iu
const risky =
  /\b(?:risks?|risky|traps?|fails?|failures?|lo(?:se|ses|st)(?! nothing)|dangerous|danger|crash(?:es|ed)?|hangs?|silently|(?<!-)breaks?|broken|corrupt\w*|vulnerab\w*|deadlocks?|leaks?|overload\w*|stall\w*|insecure|attack\w*|beware|unstable|Risiko|Risiken|Ausfall|gefährlich|risques?|panne|dangereux)\b/i
const capable = words(
  "supports?|provides?|offers?|includes?|allows?|lets?|enables?|can|comes with|shows?|handles?",
  "kann|können|unterstützt|bietet|ermöglicht|zeigt",
  "peut|peuvent|propose|prend en charge|affiche",
)
const optional = words(
  "could|may|might|optional(?:ly)?|nice to have|later",
  "könnten?|optional|wünschenswert|später",
  "pourrait|pourraient|optionnel\\p{L}*|souhaitable|plus tard",
)
/** Rules a thing out: it isn't to be built. */
const excluded =
  /\b(?:(?:is|are|remains?|explicitly|considered) (?:explicitly )?(?:out of (?:the )?scope|not (?:a goals?|goals|in scope|planned|part of|needed|necessary|required))|is a non-?goal|(?:we|this [\p{L}-]+|the (?:project|app\p{L}*|system|proposal|product)|it) (?:do not|don['’]t|does not|doesn['’]t) (?:propose|intend|aim|plan|try) to|(?:nicht|kein) (?:Teil|Bestandteil|Ziel)|(?:ist|sind|wird|werden) nicht (?:vorgesehen|erforderlich|nötig|notwendig)|(?:pas|non) nécessaires?|(?:n['’]est|ne sont|ne fait) (?:pas )?(?:prévue?s?|partie)|hors (?:du )?périmètre)(?!\p{L})/iu

/** Phrases that address a document's reader and say nothing about the product. */
const chatter =
  /\b(?:sponsors?|donat\w+|contribut\w+|contributors?|star (?:us|the)|discord|twitter|follow (?:us|me)|thank(?:s| you)|feel free|pull requests?|issue tracker|code of conduct|licen[cs]e[ds]?|copyright|newsletter|join (?:us|our)|see (?:the )?(?:docs|documentation|website|wiki)|for more (?:information|details)|read more|learn more|check out|click here|take a look|requirements (?:use|are (?:numbered|identified|labelled)|apply)|this (?:section|document|file|template|page|chapter))\b/i
/** Addresses somebody, or speaks of oneself: advice and stories, not what a product must do. */
const personal =
  /(?<![\p{L}'’])(?:[Yy]ou|[Yy]our|[Yy]ourself|I|I['’](?:d|m|ll|ve)|[Mm]y|[Vv]ous|[Vv]otre)(?![\p{L}])/u
/** What users have to put up with is no demand, but what they must be able to do is. */
const burden =
  /\b(?:users?|developers?|people|administrators?|operators?|they) (?:\p{L}+ )?(?:needs?|ha(?:s|ve)) to (?!be able)/iu
/** "As a user, I want …", "When I share code, I want …" */
const story =
  /^(?:as an?|als|en tant qu['’e]|when (?=i|we|\p{L}+ users?))\s?.{2,100}?,?\s(?:i (?:want|need|can|would like|should)(?: to)?(?: be able to)?|möchte ich|will ich|kann ich|je (?:veux|souhaite|peux|dois)(?: pouvoir)?)\s+(.+)$/iu

const fieldHeader =
  /^(?:fields?|columns?|propert(?:y|ies)|name|key|attributes?|options?|parameters?|settings?|props?|felder?|spalten?|champs?|colonnes?|attributs?)\b/i

const recordHeader =
  /^(?:entit(?:y|ies)|tables?|records?|objects?|models?|entität|tabelle|entité)$/i

const ours = words("we|our|wir|unsere?", "nous|notre")

const asks = (unit: Piece) => unit.text.endsWith("?")
/** The text without code: `FORBIDDEN` forbids nothing. */
const wordsOf = ({ text, code }: Piece) => code.reduce((rest, span) => rest.replace(span, ""), text)
const scenario =
  /^(?:given|angenommen|étant donné)\b.+\b(?:when|wenn|quand|lorsque)\b.+\b(?:then|dann|alors)\b/iu
/** `This is only done then` means nothing without the sentence before it. */
const dangling =
  /^(?:for (?:example|instance)\b|par exemple|z\. ?b\.|(?:this|that|these|those|both|such)\s+(?:is|are|was|were|can|will|also|does|do|has|have|means|matches|allows)\b)/i
const prose = (unit: Piece) =>
  isStatement(unit) &&
  unit.terms.size >= (isStrongDuty(unit.text) ? 2 : 3) &&
  !/^\$ /.test(unit.text) &&
  !dangling.test(unit.text)
/** True if it says something of the product, to nobody in particular. */
const impersonal = (unit: Piece) =>
  prose(unit) && !asks(unit) && !personal.test(unit.text) && !burden.test(unit.text)

/** False for code and headings. */
export const isStatement = ({ kind }: Piece): boolean => kind !== "code" && kind !== "heading"
export const isChatter = (unit: Piece): boolean =>
  chatter.test(unit.text) || linkShare(unit.quote) > 0.6
/** True if it ends with a colon: it announces a list and says nothing by itself. */
export const announces = (unit: Piece): boolean => unit.text.endsWith(":")
export const isStrongDuty = (text: string): boolean => strong.test(text) || ban.test(text)
export const isDuty = (unit: Piece): boolean =>
  impersonal(unit) && [strong, weak, scenario].some((cue) => cue.test(wordsOf(unit)))
/** True for `FR-12: …`, `REQ-AUTH-3: …` and the like. */
export const isNumbered = ({ text }: Piece): boolean =>
  /^\p{Lu}{1,8}(?:[-_. ]\p{Lu}{2,12})*[-_. ]?\d+(?:[-.]\d+)*\s*(?:[:.–—-]|\s)\s*\S/u.test(text)
export const isExclusion = (unit: Piece): boolean =>
  isStatement(unit) && !isNumbered(unit) && excluded.test(unit.text)
export const isOptional = (text: string): boolean => optional.test(text)
export const isCapability = (unit: Piece): boolean => impersonal(unit) && capable.test(unit.text)
export const isDecision = (unit: Piece): boolean => impersonal(unit) && decided.test(unit.text)
export const isRisk = (unit: Piece): boolean => prose(unit) && !asks(unit) && risky.test(unit.text)

/** Returns what a user story's teller wants. */
export function wishOf({ text }: Piece): string | undefined {
  const wish = story.exec(text)?.[1]?.split(/,?\s(?:so that|in order to|damit|um|afin)\s/i)[0]
  return wish?.replace(/[.;,]+$/, "")
}

/** Scores how firmly a statement limits what is allowed; 0 if it doesn't. */
export function constraintStrength(unit: Piece): number {
  if (!impersonal(unit)) return 0
  const said = wordsOf(unit)
  const count = (cue: RegExp) => (cue.test(said) ? 1 : 0)
  const measured = bound.test(said) && /\d/.test(said) ? 1 : 0
  const duty = strong.test(said) || weak.test(said) ? 0.5 : 0
  return 2 * count(ban) + count(softBan) + 1.5 * measured + count(quantity) + duty
}

/** True for a row of a field table: part of a record, not a subject by itself. */
export const isField = (piece: Piece): boolean =>
  piece.kind === "row" && (fieldHeader.test(piece.header[0] ?? "") || namesRecord(piece))

/** True for a row of a table that names the record in its first column, and the field next to it. */
export const namesRecord = ({ header: [record = "", field = ""] }: Piece): boolean =>
  recordHeader.test(record) && fieldHeader.test(field)

/** True for a question that the text leaves open, not one that it answers or asks its reader. */
export function isOpenQuestion(unit: Piece): boolean {
  if (!isStatement(unit)) return false
  if (undecided.test(unit.text)) return true
  return asks(unit) && ours.test(unit.text) && unit.text.split(" ").length > 3
}

/** Returns the share of a text that is links: navigation, badges and references say nothing. */
function linkShare(markdown: string): number {
  const links = markdown.match(/!?\[[^\]]*\](?:\([^)]*\)|\[[^\]]*\])|<?https?:\/\/\S+/g) ?? []
  const linked = links.reduce((sum, link) => sum + link.length, 0)
  return links.some((link) => /\(|http/.test(link)) ? linked / markdown.length : 0
}
