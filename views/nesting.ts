import { Lexer, type Token, Tokenizer, type Tokens } from "marked"

/** Maximum nesting of quotes and lists; more leaves no room for words on a phone. */
const BLOCKS_MAX = 12
/** Maximum nesting of emphasis. */
const SPANS_MAX = 12

/** Characters of a paragraph or cell. Reading brackets takes time by the square of their number. */
const INLINE_MAX = 20_000

/** Leaves the marks in a text of absurd length as written. */
export class BoundedLexer extends Lexer {
  override inlineTokens(src: string, tokens: Token[] = []): Token[] {
    if (src.length <= INLINE_MAX) return super.inlineTokens(src, tokens)
    tokens.push({ type: "text", raw: src, text: src, escaped: false })
    return tokens
  }
}

const mark = /[ \t]*(?:>|(?:[-*+]|\d{1,9}[.)])(?=[ \t]))/
const beforeMark = new RegExp(`\n(?=${mark.source})`)
/** Marks at the start of each line. Keeps list numbers: the text may refer to them. */
const marks = /^[ \t]*(?:(?:>|[-*+](?=[ \t]))[ \t]*)*/gm

/**
 * Limits the nesting of a Markdown text without losing any of it: the deepest quote or list holds
 * everything below it as flat text, and deeper emphasis stays as written. Without a limit, each
 * level makes the page wider, and a small text can take minutes or overflow the stack.
 */
export class ShallowTokenizer extends Tokenizer {
  #blocks = 0
  #spans = 0

  override blockquote(src: string): Tokens.Blockquote | undefined {
    if (this.#blocks < BLOCKS_MAX - 1) return this.#inBlock(() => super.blockquote(src))
    if (!this.rules.other.blockquoteStart.test(src)) return undefined
    const text = piecesOf(src).join("  \n")
    const tokens = [{ type: "paragraph", raw: text, text, tokens: this.lexer.inline(text) }]
    return { type: "blockquote", raw: src, text, tokens }
  }

  override list(src: string): Tokens.List | undefined {
    if (this.#blocks < BLOCKS_MAX - 1) return this.#inBlock(() => super.list(src))
    if (!this.rules.block.list.test(src)) return undefined
    const items = piecesOf(src).map((text): Tokens.ListItem => {
      const tokens = [{ type: "text", raw: text, text, tokens: this.lexer.inline(text) }]
      return { type: "list_item", raw: text, text, task: false, loose: false, tokens }
    })
    return { type: "list", raw: src, ordered: false, start: "", loose: false, items }
  }

  override emStrong(...given: Parameters<Tokenizer["emStrong"]>) {
    return this.#inSpan(() => super.emStrong(...given))
  }

  override del(...given: Parameters<Tokenizer["del"]>) {
    return this.#inSpan(() => super.del(...given))
  }

  override link(src: string) {
    return this.#inSpan(() => super.link(src))
  }

  override reflink(...given: Parameters<Tokenizer["reflink"]>) {
    return this.#inSpan(() => super.reflink(...given))
  }

  #inBlock<T>(read: () => T): T {
    this.#blocks++
    try {
      return read()
    } finally {
      this.#blocks--
    }
  }

  #inSpan<T>(read: () => T): T | undefined {
    if (this.#spans === SPANS_MAX) return undefined
    this.#spans++
    try {
      return read()
    } finally {
      this.#spans--
    }
  }
}

/** Splits nested quotes and lists into pieces without marks. Unmarked lines continue a piece. */
function piecesOf(text: string): string[] {
  const pieces = text.split(beforeMark).map((piece) => piece.replace(marks, "").trim())
  return pieces.filter((piece) => piece !== "")
}
