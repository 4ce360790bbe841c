import { titleName } from "./names"
import { mayHoldDemands } from "./purpose"
import { type SectionKind, sectionKind, withoutNumber } from "./section-kind"
import type { Piece, Topic } from "./unit"

/** The same form filled in several times, such as for use cases: so many share so many keys. */
const FORMS_MIN = 3
const KEYS_MIN = 3
const keyed = /^(\p{L}[^:.!?]{1,40}):\s*(.*)$/u
/** Keys whose values say what must be true in the end. */
const outcome =
  /description|goal|objective|result|success|main flow|beschreibung|ziel|ergebnis|erfolg|ablauf|objectif|résultat|succès|déroulement/i
const failure = /fail|fehl|échec/i

export type FormLine = { topic: Topic; purpose: SectionKind }

type Filled = { piece: Piece; key: string; value: string }

/** Reads the lines of forms: each is about what its section is called, or what its first line names. */
export function readForms(pieces: readonly Piece[]): Map<Piece, FormLine> {
  const groups = groupsOf(
    pieces.flatMap((piece) => {
      const [, key = "", value = ""] = (piece.kind === "item" && keyed.exec(piece.text)) || []
      return key && mayHoldDemands(sectionKind(piece.headings)) ? [{ piece, key, value }] : []
    }),
  )
  const uses = Map.groupBy(
    groups.flatMap((group) => group.map(({ key }) => key)),
    (key) => key,
  )
  const isShared = ({ key }: Filled) => (uses.get(key)?.length ?? 0) >= FORMS_MIN
  const forms = groups
    .map((group) => group.filter(isShared))
    .filter((form) => form.length >= KEYS_MIN)
  return new Map(
    forms.flatMap((form) => {
      const [first] = form
      const title = isAlone(form, forms) ? first?.piece.headings.at(-1) : undefined
      const name = titleName(withoutNumber(title ?? "")) ?? titleName(first?.value ?? "")
      if (!name || !first) return []
      const topic = { name, key: `${first.piece.section}\n${name}`, above: undefined }
      return form.map(({ piece, key }) => {
        const isWanted = outcome.test(key) && !failure.test(key)
        return [piece, { topic, purpose: isWanted ? "requirement" : "process" }] as const
      })
    }),
  )
}

/** Begins a group with each section, and where a key comes again. */
function groupsOf(lines: readonly Filled[]): Filled[][] {
  const groups: Filled[][] = []
  for (const line of lines) {
    const group = groups.at(-1)
    const isSame = group?.[0]?.piece.section === line.piece.section
    if (group && isSame && !group.some(({ key }) => key === line.key)) group.push(line)
    else groups.push([line])
  }
  return groups
}

/** True if a form's section has no other, so that its title may name it. */
function isAlone(form: readonly Filled[], forms: readonly Filled[][]): boolean {
  const sectionOf = (lines: readonly Filled[]) => lines[0]?.piece.section
  return forms.filter((other) => sectionOf(other) === sectionOf(form)).length === 1
}
