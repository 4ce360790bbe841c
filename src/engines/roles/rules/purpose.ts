import { announces, isChatter, isExclusion, isStatement } from "./cues"
import { leadOf } from "./names"
import { type SectionKind, sectionKind } from "./section-kind"
import type { Piece, Unit } from "./unit"

/** Tells a statement's purpose from its section, its list's introduction, its lead-in and its words. */
export function purposeOf(piece: Piece): SectionKind {
  if (!isStatement(piece)) return "plain"
  const kind = sectionKind([...piece.headings, piece.intro, leadOf(piece)?.name ?? ""])
  return kind !== "boilerplate" && isExclusion(piece) ? "exclusion" : kind
}

const withoutDemands: readonly SectionKind[] = [
  ...(["boilerplate", "exclusion", "question", "process", "background"] as const),
]

/** True where a document may demand something: not in its history, its questions or its non-goals. */
export function mayDemand(unit: Unit): boolean {
  if (!isStatement(unit) || isChatter(unit) || announces(unit)) return false
  return !withoutDemands.includes(unit.purpose)
}
