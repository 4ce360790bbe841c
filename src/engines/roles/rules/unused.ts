import * as stopwords from "stopword"
import type { Source } from "../sources"
import { isChatter, isStatement } from "./cues"
import { listed } from "./summary"
import type { Unit } from "./unit"

/** With fewer words, a language is a guess. */
const WORDS_MIN = 30
/** Every fifth word of a prose text is a common one. */
const COMMON_MIN = 0.2
/** The languages whose cues the rules know. */
const known = ["eng", "deu", "fra"]
const names = new Intl.DisplayNames("en", { type: "language" })

/** Names the documents that no used statement comes from, with the reason: a sentence for each. */
export function unusedDocuments(
  sources: readonly Source[],
  units: readonly Unit[],
  used: readonly Unit[],
): string[] {
  const heard = new Set(used.map(({ document_id }) => document_id))
  const silent = Map.groupBy(
    sources.filter(({ passage }) => !heard.has(passage.document_id)),
    ({ passage }) => passage.document_id,
  )
  const byReason = Map.groupBy(silent, ([id, passages]) => {
    const own = units.filter(({ document_id }) => document_id === id)
    return reasonFor(own, passages.map(({ passage }) => passage.content).join("\n"))
  })
  return [...byReason].map(([reason, documents]) => {
    const names = documents.map(([, [first]]) => first?.passage.document_name ?? "")
    return `Nothing was taken from ${listed(names)} (${reason}).`
  })
}

function reasonFor(units: readonly Unit[], text: string): string {
  const statements = units.filter(isStatement)
  const foreign = foreignLanguage(text)
  if (foreign) return `in ${foreign}; the rules read English, German and French`
  if (!statements.length) return "code without statements about it"
  const noise = (unit: Unit) => unit.purpose === "boilerplate" || isChatter(unit)
  if (statements.every(noise)) return "only links, history or legal text"
  return "no feature, demand, limit or question"
}

/** Returns the language of a text that the rules can't read, by its common words. */
export function foreignLanguage(text: string): string | undefined {
  const words = text.toLowerCase().match(/[\p{L}\p{M}]+/gu) ?? []
  if (words.length < WORDS_MIN) return undefined
  const shares = Object.entries(stopwords).flatMap(([code, list]) => {
    if (!/^[a-z]{3}$/.test(code) || !Array.isArray(list)) return []
    const common = new Set<string>(list)
    return { code, share: words.filter((word) => common.has(word)).length / words.length }
  })
  const best = shares.reduce((best, other) => (other.share > best.share ? other : best))
  return best.share < COMMON_MIN || known.includes(best.code) ? undefined : names.of(best.code)
}
