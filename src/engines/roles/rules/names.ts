import { isRisk } from "./cues"
import { plain } from "./plain"
import { withoutNumber } from "./section-kind"
import type { Piece } from "./unit"

const WORDS_MAX = 7
const LENGTH_MAX = 60

const boundary =
  /\s+[–—-]\s+|[:;!?.](?:\s|$)|,\s|\s\(|\s(?:must|should|shall|needs? to|has to|have to|that|which|who|so that|because|while|where|when|if|unless|until|after|before|using|via|such as|including|instead of|rather than|without)\s/i
const ability =
  /^(?:(?:an?|the|all|every|each)\s+)?[\w-]+(?:\s[\w-]+)?\s+(?:can(?: also)?|must|should|shall|will|may|needs? to|has to|have to)\s+(?:be able to\s+)?(?!not\b|be\b|have\b|never\b|always\b)(.+)$/i
const provision =
  /\b(?:supports?(?: for)?|provides?|offers?|allows? (?:\w+ )?to|lets? (?:you|users?|people)|enables? (?:\w+ )?to|comes with|features)\s+(?:an?\s+|the\s+)?(.+)$/i
const imperative =
  /^(?:add|allow|answer|archive|ask|assign|authenticate|authori[sz]e|build|calculate|check|choose|comment|compare|configure|connect|convert|copy|create|define|delete|detect|display|download|edit|enable|export|favorite|filter|find|follow|generate|get|handle|import|index|invite|keep|list|load|log|manage|mark|merge|move|notify|open|parse|pause|print|provide|publish|read|record|remove|render|replace|report|reset|restore|resume|retry|review|rotate|run|save|scan|schedule|search|see|select|send|serve|set|share|show|sign|sort|start|stop|store|stream|support|suspend|sync|tag|test|track|translate|update|upload|use|validate|view|watch|write)\s+(?!this|it\b|them)/i

/** Makes a name from a section's title: all of it if it is short, otherwise its first part. */
export function titleName(title: string): string | undefined {
  return readableName(title, { whole: true }) ?? readableName(title)
}

/** Makes a short name from a phrase, or undefined if only a fragment would be left. */
export function readableName(raw: string, { whole = false } = {}): string | undefined {
  const text = withoutNumber(plain(raw).replace(/`/g, ""))
    .replace(/\p{Extended_Pictographic}|\uFE0F|\u200D/gu, "")
    .replace(/\s+/g, " ")
    .trim()
  const cut = whole ? null : boundary.exec(text)
  const name = (cut ? text.slice(0, cut.index) : text).replace(/[\s:;,.!?–—-]+$/, "").trim()
  const words = name.split(" ")
  const lastWord = words.at(-1) ?? ""
  const dangles =
    /^(?:a|an|the|of|to|in|on|at|by|for|from|with|and|or|is|are|be|as|its?|their|your|my)$/i
  const open = name.split("(").length !== name.split(")").length || /[{}"“|=→<>]/.test(name)
  const fits = words.length <= WORDS_MAX && name.length <= LENGTH_MAX
  if (!/\p{L}{2}/u.test(name) || !fits || open || dangles.test(lastWord)) return undefined
  return capitalised(name)
}

/** Capitalises a name. `GET|POST /x` and `createApp` keep their spelling. */
function capitalised(name: string): string {
  const first = name.split(" ")[0] ?? ""
  const identifier = /[./_$@]|\p{Ll}\p{Lu}/u.test(first)
  return identifier ? name : name.charAt(0).toUpperCase() + name.slice(1)
}

/** Splits `**Export** gives …`, `Export: …` or `Export – …` into the name and the rest. */
export function leadOf(unit: Piece): { name: string; rest: string } | undefined {
  if (!unit.leads || unit.kind === "code" || unit.kind === "row") return undefined
  const bold = /^(?:\[[^\]]*\]\s*)?(?:\*\*|__)(.+?)(?:\*\*|__)(.*)$/s.exec(unit.block)
  const text = unit.block.startsWith("`") ? "" : plain(unit.block)
  const dash = /^([^.:;!?]{2,50}?)(?::|\s[–—-])\s+(\S.*)$/s.exec(text)
  const [, lead, rest] = bold ?? dash ?? []
  const name = lead ? readableName(lead) : undefined
  const verb = / (?:is|are|was|has|have|can|must|will|does|not|supports?|provides?|lets?) /i
  if (!name || verb.test(` ${lead} `) || (!bold && name.split(" ").length > 5)) return undefined
  const said = plain(rest ?? "").replace(/^[\s:–—-]+/, "")
  return { name, rest: said }
}

/** True for a name that says what to do: "Export reports". */
export const isAction = (name: string): boolean => imperative.test(name)

/** True for a sentence that begins with its condition or its time. */
export const isSubordinate = (text: string): boolean =>
  /^(?:before|after|if|when|while|once|as|although|though|unless|until|wenn|falls|sobald|bevor|nachdem|si|quand|lorsque)\b/i.test(
    text,
  )

/** Names the ability that a statement gives: "Users can export reports" is "Export reports". */
export function abilityOf(unit: Piece): string | undefined {
  // "You must" tells the reader what to do; "You can" is a promise.
  const isAdvice = /^(?:you|I|we) (?!can\b)/i.test(unit.text)
  if (isAdvice || isSubordinate(unit.text) || isRisk(unit)) return undefined
  const phrase =
    ability.exec(unit.text)?.[1] ??
    (imperative.test(unit.text) ? unit.text : undefined) ??
    provision.exec(unit.text)?.[1]
  const name = phrase ? phraseName(phrase) : undefined
  return name && name.split(" ").length > 1 ? name : undefined
}

const clause = /[;:(]|\s(?:that|which|because|so that|while|where|when|if|must|should)\s/

/** Names a phrase. "Add, edit and delete recipes" is one name; a longer phrase is cut. */
function phraseName(phrase: string): string | undefined {
  const list = phrase.replace(/[.!]$/, "")
  const single = !clause.test(list)
  const [first = ""] = list.split(/\sand\s/)
  const whole = single ? readableName(list, { whole: true }) : undefined
  return whole ?? readableName(list) ?? readableName(first)
}
