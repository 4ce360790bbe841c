import { termsOf } from "./terms"

/**
 * The stems that an answer should have, and what else it should look like. `head` is what is asked
 * for, as in "Which cipher …": documents that don't know the word have no answer.
 */
export type Question = { terms: ReadonlySet<string>; head: ReadonlySet<string>; expects: RegExp }

const asking =
  /^(?:who|whom|whose|what|which|when|where|why|how|is|are|does|do|did|can|must|may|should|wer|wen|was|welche\p{L}*|wann|wo|warum|wie|qui|que|quel\p{L}*|quand|où|pourquoi|comment|combien)(?!\p{L})/iu

/** What an answer has, by how the question begins. */
const kinds: readonly [RegExp, RegExp][] = [
  [
    /^(?:how (?:large|big|heavy)|wie (?:groß|schwer)|quelle taille)/i,
    /\d\s?(?:[KMGT]i?B|bytes?|characters|tokens|lines|px|Zeichen|octets|[KMGT]o)\b/,
  ],
  [
    /^(?:how (?:long|much time)|wie (?:lange|viel zeit)|combien de temps)/i,
    /\d+\s?(?:ms|s|seconds?|min(?:utes?)?|h|hours?|days?|weeks?|months?|years?|Sekunden?|Minuten?|Stunden?|Tagen?|Wochen|Monate?n?|Jahren?|secondes?|heures?|jours?|mois|ans?)\b/i,
  ],
  [
    /^(?:how (?:many|much|long|fast|large|big|often|old|far|high)|wie (?:viele?|lange|oft|groß|schnell)|combien)/i,
    /\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|once|twice|daily|hourly|weekly|no|none)\b/i,
  ],
  [
    /^(?:when|wann|quand)/i,
    /\b\d{4}\b|\d+(?::\d\d|\s?(?:s|min|h|sec|days?|hours?|minutes?|seconds?|weeks?|months?|years?))\b|\b(?:after|before|until|once|as soon as|every|on|at|nach|vor|bis|sobald|après|avant|dès)\b/i,
  ],
  [
    /^(?:who|whom|whose|wer|wen|qui)(?!\p{L})/iu,
    /(?<=\S\s)\p{Lu}\p{Ll}+|\b(?:by|team|group|von)\b/u,
  ],
  [
    /^(?:why|warum|pourquoi)/i,
    /\b(?:because|since|so that|therefore|weil|damit|parce que|afin)\b/i,
  ],
  [/^(?:where|wo|où)(?!\p{L})/iu, /\b(?:in|at|on|under|unter|dans|sous)\b|\//i],
  [
    /^(?:what (?:is|are)|was (?:ist|sind)|qu['’]est)/i,
    /\b(?:is|are|means|ist|sind|est|sont)\b|: /i,
  ],
]
const headNoun =
  /^(?:how many|how much|which|what|wie viele?|welche\p{L}*|combien d(?:e |['’])|quel(?:le)?s?)\s*([\p{L}-]+)/iu
/** These ask, or name what a number answers, and are seldom in the answer. */
const askingWords =
  "who whom whose what which when where why how does did many much long fast large big often old far high wer wen was welche welches welcher wann warum wie viel viele lange oft hoch gibt hat dauern dauert kostet dürfen quand pourquoi comment combien quel quelle limit maximum minimum number amount use used uses using verwendet benutzt genutzt utilise utilisé happen happens see mean means time zeit temps"

export function isQuestion(query: string): boolean {
  return query.trim().endsWith("?") || asking.test(query.trim())
}

export function readQuestion(query: string): Question {
  const text = query.trim()
  const expects = kinds.find(([begins]) => begins.test(text))?.[1] ?? /(?:)/
  const terms = termsOf(text).difference(termsOf(askingWords))
  const [, word = ""] = headNoun.exec(text) ?? []
  return { terms, head: termsOf(word).intersection(terms), expects }
}
