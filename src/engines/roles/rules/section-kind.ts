/** The kind of statements in a section, by its title. */
export type SectionKind =
  | "boilerplate"
  | "exclusion"
  | "process"
  | "feature"
  | "requirement"
  | "constraint"
  | "data"
  | "question"
  | "risk"
  | "decision"
  | "background"
  | "plain"

/** The title is this and nothing else. */
const whole = (...titles: string[]) => new RegExp(`^(?:${titles.join("|")})$`, "iu")
/** The title has these words. `\b` knows no umlauts. */
const within = (...words: string[]) =>
  new RegExp(`(?<![\\p{L}\\p{N}])(?:${words.join("|")})(?![\\p{L}\\p{N}])`, "iu")

/** What these contain is of their kind, whatever the titles below them say. */
const dominant: readonly [SectionKind, RegExp][] = [
  [
    "boilerplate",
    whole(
      "(?:apache |mit |bsd |gnu )?licen[cs]e.*|copyright.*|copying|notice|contribut\\w+.*|authors?['’]?s?(?: addresses?)?|credits?|sponsors?|backers|acknowledge?ments?|thanks|(?:table of )?contents|toc",
      "change ?log|history|(?:release|version|revision|implementation|document|change) (?:notes|history|log)|what['’]s new|references?|(?:normative|informative) references|bibliography|footnotes|badges|star history|who uses.*|code of conduct|security policy|status of this memo|discussion history",
      "lizenz.*|inhalt(?:sverzeichnis)?|änderungs(?:historie|verzeichnis|protokoll)|versionshistorie|danksagung|mitwirkende|quellen|literatur(?:verzeichnis)?|abbildungsverzeichnis",
      "licence.*|sommaire|table des matières|historique.*|remerciements|auteurs?|bibliographie|références",
    ),
  ],
  ["boilerplate", /^\[?v?\d+\.\d+(?:\.\d+\S*)?\]?(?:\s*[-–—(].*)?$/],
  [
    "exclusion",
    within(
      "non-? ?goals?|anti-?goals?|out[- ]of[- ]scope|not in scope|not (?:wanted|planned|included|supported|goals)|won['’]?t(?:[- ](?:have|do|fix))?|will not (?:do|have|be)|what .{0,40}(?:is not|isn['’]t|does not|doesn['’]t|won['’]t|will not).*|exclusions?|excluded|deferred",
      "nicht-?ziele|abgrenzung(?:skriterien)?|nicht (?:im umfang|enthalten|vorgesehen|geplant|bestandteil)|ausgeschlossen|ausschlüsse|außerhalb des (?:umfangs|projekts)",
      "hors (?:du )?périmètre|hors (?:de )?portée|non-?objectifs|exclusions?|exclus|non (?:inclus|prévue?s?)",
    ),
  ],
  [
    "question",
    within(
      "open (?:questions?|points?|issues?)|unresolved(?: questions?| issues?)?|unknowns?|undecided|tbd",
      "offene (?:fragen|punkte)|questions? ouvertes?|points? ouverts?",
    ),
  ],
  ["question", whole("to[- ]?dos?(?: list)?", "open")],
  ["process", within("checklists?|sign-?off|questionnaire|troubleshooting")],
  ["background", within("related (?:issues|work|projects)|prior (?:art|work)")],
]

const kinds: readonly [SectionKind, RegExp][] = [
  [
    "process",
    within(
      "graduation|test plan|milestones?|timeline|project (?:plan|organi[sz]ation)|work packages|release plan|roadmap|getting started|first steps|quick ?start|stakeholders?|glossary|terminology|appendix|getting help|faq",
      "zeitplan|projekt(?:plan|planung|ablauf|organisation)|arbeitspakete|meilensteine|anhang|glossar|begriffe|rollen",
      "planning prévisionnel|planification|organisation du projet|calendrier|annexes?|glossaire|parties prenantes",
    ),
  ],
  [
    "background",
    within(
      "background|motivation|target (?:audience|users)|audience|alternatives?(?: considered)?|drawbacks|problem statement|current (?:state|situation)",
      "ausgangs(?:lage|situation)|zielgruppen?|hintergrund|ist-zustand|kontext|vision(?:en)?(?: (?:und|&) ziele)?|beispiele?",
      "contexte|publics? (?:cibles?|visés?)|présentation|problématique|existant|exemples?",
    ),
  ],
  [
    "constraint",
    within(
      "constraints?|prerequisites|limits?|rate limit\\p{L}*|quotas?|limitations?|restrictions?|assumptions?|non-? ?functional(?: requirements)?|quality (?:attributes|goals|requirements)|success criteria|edge cases|(?:product|design|guiding) principles",
      "rahmenbedingungen|einschränkungen|randbedingungen|grenzen|nicht-? ?funktionale anforderungen|qualitätsanforderungen",
      "contraintes?|limites?|restrictions?|exigences (?:non[- ]fonctionnelles|techniques)|critères de succès",
    ),
  ],
  [
    "data",
    whole(
      "(?:key )?entities|(?:stored |data )?fields|data(?: model| fields| to (?:be )?stored?|base schema)?",
      "(?:zu speichernde |gespeicherte |persistente )?\\p{L}*daten|datenmodell|datenfelder|felder",
      "données(?: \\p{L}+)?|modèle de données|champs|entités",
    ),
  ],
  [
    "requirement",
    within(
      "requirements?|acceptance(?: criteria)?|must[- ]haves?|criteria",
      "\\p{L}*anforderung(?:en)?|produktleistungen|abnahmekriterien|akzeptanzkriterien|muss-?kriterien|wunsch-?kriterien",
      "exigences?|besoins?|critères?(?: d['’]acceptation)?|règles de gestion",
    ),
  ],
  [
    "process",
    whole(
      "install(?:ation|ing)?|definitions?|community|support|tests?|testing|deliverables|deploy(?:ment|ing)?(?: (?:guide|platforms))?|(?:docker|cloud|production|local) deployment|(?:local )?development(?: setup)?|iana considerations|liefer(?:umfang|gegenstände)|livrables(?: attendus)?",
    ),
  ],
  ["background", whole("abstract|context|examples?|benchmarks?|the problem|problem")],
  [
    "risk",
    within(
      "risks?|security considerations|caveats?|known issues|pitfalls|gotchas|traps",
      "risiken",
      "risques?",
    ),
  ],
  [
    "decision",
    within("decisions?|trade-?offs?|design choices", "entscheidungen", "décisions?|choix"),
  ],
  [
    "feature",
    within(
      "features|feature (?:list|set|overview)|user (?:scenarios|journeys|flows)|capabilities|goals?|objectives?|scope|user stor(?:y|ies)|stor(?:y|ies)|needs|highlights|what it does|functionality|use cases?",
      "(?:projekt|haupt|teil|produkt)?ziele?|zielbestimmung|(?:\\p{L}+ )?zieldefinition|\\p{L}*funktion(?:en|alitäten)?|leistungsumfang|umfang|anwendungsfälle|wunschkriterien",
      "fonctionnalités?|objectifs?|périmètre|cas d['’]utilisation|récits",
    ),
  ],
]

/** Titles that name no subject; the text below does. */
const generic = whole(
  "introduction|overview|about|summary|basic usage|usage|general(?: functionality)?|notes?|misc(?:ellaneous)?|details|(?:design|implementation|api|technical) details?|description|more|api|reference|proposal|proposed .*|design|implementation|architecture|specification|solution|approach|(?:what|why|how|when|who) .*|.*\\?|the .* way|readme|status|start|use|using|commands?|settings|story \\d+|stories|conclusion|discussion|compatibility|tooling|users?(?: (?:and|&) \\w+)?|personas?|.*(?:test plan|rollout|roll-out|rollback|upgrade|downgrade|migration|graduation|version skew|enablement).*|chapter .*|part .*|section .*|step \\d+.*|phase \\d+.*",
  "einleitung|überblick|zusammenfassung|allgemein(?:es)?|zweck|beschreibung|lösung|umsetzung|entwurf|kapitel .*",
  "introduction|aperçu|résumé|généralités|description|solution|conclusion|chapitre .*",
)

export function sectionKind(headings: readonly string[]): SectionKind {
  const titles = headings.map(bareTitle)
  const kindIn = (list: typeof kinds, title: string) =>
    list.find(([, pattern]) => pattern.test(title))?.[0]
  const above = titles.map((title) => kindIn(dominant, title)).find((kind) => kind)
  if (above) return above
  return titles.toReversed().flatMap((title) => kindIn(kinds, title) ?? [])[0] ?? "plain"
}

function bareTitle(title: string): string {
  return withoutNumber(title.replace(/\p{Extended_Pictographic}|\uFE0F|\u200D|[*_`:]/gu, "").trim())
}

export function isGeneric(title: string): boolean {
  return generic.test(bareTitle(title))
}

const number = /^(?:§\s*)?(?:\d+(?:\.\d+)*[.)]?|[A-Za-z][.)])\s+/
/** `User story 3 - `, `EF-01 — `, `REQ-2: ` */
const label =
  /^(?:(?:user )?stor(?:y|ies)|epic|use case|feature|scenario|requirement|anwendungsfall|anforderung|cas d['’]utilisation|exigence|[A-Z]{1,5}(?:-[A-Z]+)*)[ -]?[\d.]+\s*[:–—-]\s+/iu

/** Removes a section's number: `4.2 Models` becomes "Models". */
export function withoutNumber(title: string): string {
  return title
    .replace(number, "")
    .replace(label, "")
    .replace(/\s*\{#[^}]*\}$/, "")
    .replace(/\s*\((?:priority|priorität|priorité|author|autor|auteur)s?\b[^)]*\)$/i, "")
    .trim()
}
