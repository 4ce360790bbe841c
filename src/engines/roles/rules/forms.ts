import { titleName } from "./names"
import { mayHoldDemands } from "./purpose"
import { type SectionKind, sectionKind, withoutNumber } from "./section-kind"
import type { Piece, Topic } from "./unit"

/** Sections that fill in the same form, such as use cases: so many share so many keys. */
const SECTIONS_MIN = 3
const KEYS_MIN = 3
const keyed = /^(\p{L}[^:.!?]{1,40}):\s*(.*)$/u
/** Keys whose values say what must be true in the end. */
const outcome =
  /description|goal|objective|result|success|main flow|beschreibung|ziel|ergebnis|erfolg|ablauf|objectif|résultat|succès|déroulement/i
const failure = /fail|fehl|échec/i

export type FormLine = { topic: Topic; purpose: SectionKind }

/** Reads the lines of forms: each is about what its section is called, or what its first line names. */
export function readForms(pieces: readonly Piece[]): Map<Piece, FormLine> {
  const lines = pieces.flatMap((piece) => {
    const [, key = "", value = ""] = (piece.kind === "item" && keyed.exec(piece.text)) || []
    return key ? [{ piece, key, value }] : []
  })
  const shared = new Set(
    [...Map.groupBy(lines, ({ key }) => key)].flatMap(([key, uses]) =>
      new Set(uses.map(({ piece }) => piece.section)).size >= SECTIONS_MIN ? [key] : [],
    ),
  )
  const forms = Map.groupBy(
    lines.filter(
      ({ key, piece }) => shared.has(key) && mayHoldDemands(sectionKind(piece.headings)),
    ),
    ({ piece }) => piece.section,
  )
  return new Map(
    [...forms].flatMap(([section, filled]) => {
      const title = filled[0]?.piece.headings.at(-1) ?? ""
      const name = titleName(withoutNumber(title)) ?? titleName(filled[0]?.value ?? "")
      if (!name || filled.length < KEYS_MIN) return []
      const topic = { name, key: section, above: undefined }
      return filled.map(({ piece, key }) => {
        const isWanted = outcome.test(key) && !failure.test(key)
        return [piece, { topic, purpose: isWanted ? "requirement" : "process" }] as const
      })
    }),
  )
}
