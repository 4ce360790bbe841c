import { announces, isChatter, isExclusion, isStatement, isStrongDuty } from "./cues"
import { leadOf } from "./names"
import { isRemark } from "./rows"
import { type SectionKind, sectionKind } from "./section-kind"
import type { Piece, Unit } from "./unit"

/** Tells a statement's purpose from its section, its list's introduction, its lead-in and its words. */
export function purposeOf(piece: Piece): SectionKind {
  if (!isStatement(piece)) return "plain"
  if (isMetadata(piece) || isRemark(piece)) return "boilerplate"
  const kind = sectionKind([...piece.headings, piece.intro, leadOf(piece)?.name ?? ""])
  if (kind === "data" && !isPart(piece)) return "plain"
  return kind !== "boilerplate" && isExclusion(piece) ? "exclusion" : kind
}

/** Metadata stands at a document's beginning. */
const METADATA_WITHIN = 1500
const keyAndValue = /^[*_]*\p{L}[\p{L} /-]{1,28}[*_]*\s?:[*_]*\s*\S.{0,120}$/u

const metadata =
  /^[*_]*(?:status|stat[uo]t|version|date|datum|authors?|autor(?:en)?|auteurs?|owner|created|updated|branch|related)[*_]*\s?:/i

/** True for lines such as `**Status:** Draft` and `Author: …` at the beginning of a document. */
function isMetadata({ kind, start, block, headings }: Piece): boolean {
  if (kind !== "sentence" || start > METADATA_WITHIN || headings.length > 2) return false
  const lines = block.split("\n").filter((line) => line.trim())
  const marked = lines.length > 1 || /^(?:\*\*|__)/.test(block)
  return metadata.test(block) || (marked && lines.every((line) => keyAndValue.test(line.trim())))
}

/** A part of a record is named in a few words. */
const PART_WORDS = 8

function isPart({ kind, text }: Piece): boolean {
  return kind === "item" && text.split(" ").length <= PART_WORDS && !isStrongDuty(text)
}

const withoutDemands: readonly SectionKind[] = [
  ...(["boilerplate", "exclusion", "question", "process", "background", "data"] as const),
]

/** False for a document's history, its questions, its non-goals and the like. */
export const mayHoldDemands = (kind: SectionKind): boolean => !withoutDemands.includes(kind)

/** True where a document may demand something. */
export function mayDemand(unit: Unit): boolean {
  if (!isStatement(unit) || isChatter(unit) || announces(unit)) return false
  return mayHoldDemands(unit.purpose)
}
