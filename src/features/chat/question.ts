import type { Message } from "../../engines/models/model"
import { withoutMarks } from "../../engines/roles/markdown"
import { queryTerms } from "../../engines/roles/rules/terms"

/** A question with fewer terms of its own can't be searched for by itself. */
const TERMS_MIN = 3
/** How far back a chain of follow-up questions is read. */
const QUESTIONS_MAX = 3
const ANSWER_MAX = 300

/** Words that stand for something said before, in English, German and French. */
const pointing =
  /(?<!\p{L})(?:it|its|they|them|their|he|him|his|she|her|this|that|these|those|there|former|latter|same|one|ones|es|sie|ihn|ihm|ihr|ihre|er|dies\p{L}*|jene\p{L}*|das|dort|davon|damit|darin|dazu|dafür|il|elle|ils|elles|cela|ça|celui|celle|lui)(?!\p{L})/iu
const going =
  /^\s*(?:and|but|so|or|then|also|what about|how about|why|und|aber|oder|warum|wieso|was ist mit|et|mais|ou|pourquoi)(?!\p{L})/iu

/**
 * Returns what to search for: the question, with the questions and the begin of the answer that it
 * goes on from if it doesn't stand alone. By rules, because a call would cost time and money before
 * each first word of an answer; a model that misses something can search again by itself.
 */
export function standalone(question: string, history: readonly Message[]): string {
  const parts = [question]
  let at = history.length
  while (needsContext(parts[0] ?? "") && parts.length <= QUESTIONS_MAX) {
    at = history.findLastIndex(({ role }, index) => index < at && role === "user")
    const before = history[at]
    if (!before) break
    parts.unshift(before.content)
  }
  const last = history.at(-1)
  // "Who is she?" asks about something in the answer.
  if (parts.length > 1 && last?.role === "assistant") {
    parts.splice(-1, 0, withoutMarks(last.content).slice(0, ANSWER_MAX))
  }
  return parts.join("\n")
}

function needsContext(question: string): boolean {
  return pointing.test(question) || going.test(question) || queryTerms(question).size < TERMS_MIN
}
