import { withoutNumber } from "./section-kind"
import type { Unit } from "./unit"

export type Section = { name: string; title: string; headings: string[]; units: Unit[] }

export function sectionsOf(units: readonly Unit[]): Section[] {
  const groups = Map.groupBy(units, ({ section }) => section)
  return [...groups].map(([name, units]) => {
    const headings = units[0]?.headings ?? []
    return { name, title: withoutNumber(headings.at(-1) ?? ""), headings, units }
  })
}
