import type { Unit } from "./units"

/** The kind of statements in a section, by its title. */
export type SectionKind =
  | "boilerplate"
  | "feature"
  | "requirement"
  | "constraint"
  | "question"
  | "risk"
  | "decision"
  | "plain"

const kinds: readonly [SectionKind, RegExp][] = [
  [
    "boilerplate",
    /^(?:licen[cs]e|contribut\w+|authors?|credits?|sponsors?|acknowledge?ments?|thanks|table of contents|contents|toc|change ?log|release notes|links?|resources|community|support|getting help|help|communication|badges|related(?: projects)?|see also|documentation|docs|questions|faq|security policy|code of conduct|migration(?: guide)?|ecosystem|who uses.*|comparison|backers|star history|dependenc(?:y|ies)|prerequisites|how it is built|building|build)$/i,
  ],
  ["question", /\b(?:open questions?|open points?|unknowns?|undecided|to ?do|tbd)\b|^open$/i],
  [
    "constraint",
    /\b(?:non-?goals?|not wanted|out of scope|constraints?|limits?|limitations?|restrictions?)\b/i,
  ],
  ["requirement", /\b(?:requirements?|acceptance|must[- ]haves?)\b/i],
  ["risk", /\b(?:risks?|caveats?|known issues|pitfalls|gotchas|traps)\b/i],
  ["decision", /\b(?:decisions?|rationale|trade-?offs?|design choices)\b/i],
  [
    "feature",
    /\b(?:features?|capabilities|goals?|scope|user stories|needs|highlights|what it does|functionality|use cases?)\b/i,
  ],
]

/** Titles that name no subject; the text below does. */
const generic =
  /^(?:introduction|overview|about|summary|background|motivation|usage|basic usage|examples?|quick ?start|getting started|installation|install(?:ing)?|setup|set up|general|notes?|misc(?:ellaneous)?|details|description|more|api|reference|what is .*|why .*|how .*|the .* way|readme|development|testing|status|start|use|using|commands?|settings)$/i

export function sectionKind(headings: readonly string[]): SectionKind {
  for (const title of headings.map(withoutNumber).toReversed()) {
    const found = kinds.find(([, pattern]) => pattern.test(title))
    if (found) return found[0]
  }
  return "plain"
}

export function isGeneric(title: string): boolean {
  return generic.test(withoutNumber(title))
}

/** Removes a section's number: `4.2 Models` becomes "Models". */
export function withoutNumber(title: string): string {
  return title.replace(/^(?:§\s*)?(?:\d+(?:\.\d+)*[.)]?|[A-Z][.)])\s+/, "").trim()
}

export type Section = { name: string; title: string; headings: string[]; units: Unit[] }

export function sectionsOf(units: readonly Unit[]): Section[] {
  const groups = Map.groupBy(units, ({ section }) => section)
  return [...groups].map(([name, units]) => {
    const headings = units[0]?.headings ?? []
    return { name, title: withoutNumber(headings.at(-1) ?? ""), headings, units }
  })
}
