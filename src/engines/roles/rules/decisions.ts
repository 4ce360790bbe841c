import { isDecision, isRisk } from "./cues"
import { mayDemand } from "./purpose"
import type { Ranked, Weigh } from "./rank"
import type { Unit } from "./unit"

const NO_REASON = "The sources give no reason."
const NO_MITIGATION = "The sources name none."

export type Decision = Ranked & { decision: string; reason: string; alternatives: string[] }
export type Risk = Ranked & { risk: string; mitigation: string; support: Unit[] }

/** Finds decisions, with the reason and the alternatives if the statement gives them. */
export function decisionsOf(units: readonly Unit[], weigh: Weigh): Decision[] {
  return units.flatMap((unit) => {
    const named = unit.purpose === "decision" && unit.leads && unit.terms.size > 3
    if (!mayDemand(unit) || !(isDecision(unit) || named)) return []
    const reason = reasonIn(unit.text)
    const alternatives = alternativesIn(unit.text)
    const score = weigh(unit) + (reason ? 0.6 : 0) + (alternatives.length ? 0.6 : 0)
    return [{ unit, score, decision: unit.text, reason: reason ?? NO_REASON, alternatives }]
  })
}

function reasonIn(text: string): string | undefined {
  const [, because] =
    /\b(?:because|since|in order to|so that|on the grounds that|(?<=, )so)\s+([^.;()]{8,})/i.exec(
      text,
    ) ?? []
  const [, aside] = /\(([^()]{25,})\)/.exec(text) ?? []
  const explains =
    /\b(?:is|are|was|would|can|fails?|otherwise|else|too|faster|slower|measured|lost)\b/i
  const clause = because ?? (aside && explains.test(aside) ? aside : undefined)
  return clause ? clause.replace(/[.;,:]+$/, "").trim() : undefined
}

function alternativesIn(text: string): string[] {
  const named = text.matchAll(
    /\b(?:instead of|rather than|in place of|in favou?r of)\s+([^,.;:()]+)/gi,
  )
  return [...named].flatMap(([, what = ""]) => {
    const short = (what.split(/\s(?:which|that|because|since|so|and then)\s/)[0] ?? "").trim()
    return short.length > 1 && short.length < 80 ? [short] : []
  })
}

const advice =
  /^(?:so|hence|therefore|instead|use|set|keep|call|never|always|don['’]t|do not|run|pin|check|wrap|remove)\b/i

/** Finds risks. The next sentence is the mitigation if it says what to do. */
export function risksOf(units: readonly Unit[], weigh: Weigh): Risk[] {
  return units.flatMap((unit, at) => {
    const listed = unit.purpose === "risk" && unit.leads && unit.terms.size > 2
    // A long list that happens to mention a failure isn't a warning.
    const listing = !listed && (unit.text.match(/[,;]| · /g)?.length ?? 0) > 6
    if (listing || !mayDemand(unit) || !(isRisk(unit) || listed)) return []
    const score = weigh(unit) + (listed ? 1 : 0)
    const next = units[at + 1]
    const follows = next?.section === unit.section && next.block === unit.block && !isRisk(next)
    const within = mitigationIn(unit.text)
    const risk = { unit, score, risk: unit.text, support: [unit] }
    if (within) return [{ ...risk, mitigation: within }]
    if (follows && advice.test(next.text)) {
      return [{ ...risk, mitigation: next.text, support: [unit, next] }]
    }
    return [{ ...risk, mitigation: NO_MITIGATION }]
  })
}

function mitigationIn(text: string): string | undefined {
  const cue =
    /(?:[:;]|\bso\b|\bhence\b|\btherefore\b)\s+((?:use|set|pin|keep|call|check|wrap|remove|make|let|don['’]t|do not|add|run|compare|list|close|never|always)\b[^.]{6,})/i
  const found = cue.exec(text)?.[1]
  return found?.replace(/[.;,]+$/, "").trim()
}
