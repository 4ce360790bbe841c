/** What a query asks for beside its words. */
export type Operators = {
  /** Without the operators; the words of phrases are still in it. */
  text: string
  /** `"such words"`: passages that have them just so. */
  phrases: string[]
  /** `-word`: passages without it. */
  without: string[]
  /** `file:*.md`: documents whose name fits one of these globs, or contains it. */
  files: string[]
}

/** Longer texts are prose, in which signs are just signs. */
const OPERATED_LENGTH_MAX = 200

const operator =
  /(?<=^|\s)(?:file:(?:"(?<quotedFile>[^"]+)"|(?<file>[^\s"]+))|"(?<phrase>[^"]*[\p{L}\p{N}][^"]*)"|-(?<without>\p{L}[\p{L}\p{N}_]+))(?=\s|[?!.,;]|$)/gu

/**
 * Takes the operators out of a query. Whatever isn't one exactly is text, and so is all of it when
 * no words are left to look for: no query is wrong.
 */
export function parseOperators(query: string): Operators {
  const plain: Operators = { text: query, phrases: [], without: [], files: [] }
  if (query.length > OPERATED_LENGTH_MAX) return plain
  const found: Operators = { ...plain, phrases: [], without: [], files: [] }
  found.text = query.replace(operator, (_all, ...rest) => {
    const { quotedFile, file, phrase, without } = rest.at(-1)
    if (phrase) found.phrases.push(phrase)
    if (without) found.without.push(without)
    if (file || quotedFile) found.files.push(file ?? quotedFile)
    return phrase ?? " "
  })
  return /[\p{L}\p{N}]/u.test(found.text) ? found : plain
}

/**
 * Whether a text has a phrase: its words in this order with nothing but spaces and signs between
 * them, in any case, at the borders of words.
 */
export function phraseMatcher(phrase: string): (text: string) => boolean {
  const words = phraseWords(phrase).map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"))
  const joined = words.join("[^\\p{L}\\p{N}\\p{M}]+")
  const pattern = unspaced.test(phrase)
    ? joined
    : `(?<![\\p{L}\\p{N}\\p{M}])${joined}(?![\\p{L}\\p{N}\\p{M}])`
  const matcher = new RegExp(pattern, "iu")
  return (text) => matcher.test(text.normalize("NFKC"))
}

const unspaced = /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}]/u

export function phraseWords(phrase: string): string[] {
  return phrase.normalize("NFKC").match(/[\p{L}\p{N}\p{M}]+/gu) ?? []
}
