import { queryTerms, termsOf } from "./terms"

/** The stems that an answer should have, and what else it should look like. */
export type Question = { terms: ReadonlySet<string>; expects: RegExp }

const asking =
  /^(?:who|whom|whose|what|which|when|where|why|how|is|are|does|do|did|can|must|may|should|wer|wen|was|welche\p{L}*|wann|wo|warum|wie|qui|que|quel\p{L}*|quand|où|pourquoi|comment|combien)(?!\p{L})/iu

/** What an answer has, by how the question begins. */
const kinds: readonly [RegExp, RegExp][] = [
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
/** These ask, or name what a number answers, and are seldom in the answer. */
const askingWords =
  "who whom whose what which when where why how does did many much long fast large big often old far high wer wen was welche wann warum wie viel viele lange oft quand pourquoi comment combien quel quelle limit maximum minimum number amount"

export function isQuestion(query: string): boolean {
  return query.trim().endsWith("?") || asking.test(query.trim())
}

export function readQuestion(query: string): Question {
  const text = query.trim()
  const expects = kinds.find(([begins]) => begins.test(text))?.[1] ?? /(?:)/
  return { terms: queryTerms(text).difference(termsOf(askingWords)), expects }
}
