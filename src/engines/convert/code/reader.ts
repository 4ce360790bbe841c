import { Language, Parser } from "web-tree-sitter"
import { grammarFile, treeSitterFile } from "../../../embedded"
import { extensionOf } from "../extension"
import { type Cut, cutsOf } from "./cuts"
import { type Grammar, grammarOf } from "./languages"

/** More text than this is no code that somebody wrote. */
const CHARACTERS_MAX = 1_000_000
const PARSE_TIMEOUT_MS = 2000
/** A megabyte of code takes some 50 MB; one that is made for it takes a thousand. */
const PARSE_BYTES_MAX = 128 * 1024 ** 2
const PAGE_BYTES = 64 * 1024

/** Finds where code is cut. What it has loaded stays until its thread ends. */
export class CodeReader {
  readonly #memory = new WebAssembly.Memory({
    initial: (32 * 1024 ** 2) / PAGE_BYTES,
    maximum: (2 * PARSE_BYTES_MAX) / PAGE_BYTES,
  })
  readonly #languages = new Map<Grammar, Promise<Language>>()
  #parser: Promise<Parser> | undefined
  #isBroken = false

  /**
   * Where a file of this name is cut into chunks of at most `size`; see `cutsOf`. Undefined where
   * it has to be cut by its lines: there is no grammar, or parsing it would take too much.
   */
  async cutsOf(name: string, text: string, size: number): Promise<Cut[] | undefined> {
    const grammar = grammarOf(extensionOf(name))
    if (!grammar || text.length > CHARACTERS_MAX || this.#isBroken) return undefined
    this.#parser ??= startParser(this.#memory)
    const [parser, language] = await Promise.all([this.#parser, this.#load(grammar)])
    try {
      return this.#parse(parser.setLanguage(language), text, size)
    } catch {
      // It is C that hostile text may have led anywhere: its memory is not to be trusted any more.
      this.#isBroken = true
      return undefined
    }
  }

  #parse(parser: Parser, text: string, size: number): Cut[] | undefined {
    const until = performance.now() + PARSE_TIMEOUT_MS
    const bytes = Math.max(PARSE_BYTES_MAX, this.#memory.buffer.byteLength)
    const progressCallback = () =>
      performance.now() > until || this.#memory.buffer.byteLength > bytes
    const tree = parser.parse(text, null, { progressCallback })
    if (!tree) {
      // Else the next parse would go on with this text.
      parser.reset()
      return undefined
    }
    const cuts = cutsOf(tree, text, size)
    tree.delete()
    return cuts
  }

  async #load(grammar: Grammar): Promise<Language> {
    await this.#parser
    const known = this.#languages.get(grammar)
    if (known) return await known
    const loading = grammarFile(grammar).bytes().then(Language.load)
    this.#languages.set(grammar, loading)
    return await loading
  }
}

async function startParser(wasmMemory: WebAssembly.Memory): Promise<Parser> {
  const wasmBinary = await treeSitterFile().bytes()
  // What it says when it runs out of memory is for nobody.
  await Parser.init({ wasmBinary, wasmMemory, printErr() {} })
  return new Parser()
}
