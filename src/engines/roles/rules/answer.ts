import { extractiveNotice } from "../../models/offline"
import type { Material } from "../role"
import { createWeigh, select } from "./rank"
import { documentsOf } from "./summary"
import { readUnits } from "./units"

const STATEMENTS_MAX = 12

/** Picks the statements that best match the request, best first, in the documents' own words. */
export function extractAnswer({ query, sources }: Material): string {
  const units = readUnits(sources)
  const weigh = createWeigh(units, query)
  const ranked = units.map((unit) => ({ unit, score: weigh(unit) }))
  const best = select(ranked, STATEMENTS_MAX).sort((a, b) => b.score - a.score)
  const said = best.map(({ unit }) => `- ${unit.text} [${unit.source}]`)
  const from = `Picked by rules from ${documentsOf(sources)}.`
  return `${extractiveNotice}. ${from}\n\n${said.join("\n") || "There is nothing to pick."}`
}
