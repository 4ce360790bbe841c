import { Language, Parser } from "web-tree-sitter"
import { grammarFile, treeSitterFile } from "../../embedded"
import { extensionOf } from "../names"
import { type Cut, cutsOf } from "./cuts"
import { type Grammar, grammarOf } from "./languages"

/** More text than this is no code that somebody wrote, and its tree would take 100 MB and more. */
const CHARACTERS_MAX = 2_000_000
const PARSE_TIMEOUT_MS = 3000

/** Finds where code is cut. Languages once loaded stay until the thread ends. */
export class CodeReader {
  #parser: Promise<Parser> | undefined
  readonly #languages = new Map<Grammar, Promise<Language>>()

  /**
   * Where a file of this name is cut into chunks of at most `size`; see `cutsOf`. Undefined where
   * it has to be cut by its lines: there is no grammar, or parsing it would take too long.
   */
  async cutsOf(name: string, text: string, size: number): Promise<Cut[] | undefined> {
    const grammar = grammarOf(extensionOf(name))
    if (!grammar || text.length > CHARACTERS_MAX) return undefined
    this.#parser ??= startParser()
    const parser = await this.#parser
    parser.setLanguage(await this.#language(grammar))
    const until = performance.now() + PARSE_TIMEOUT_MS
    const progressCallback = () => performance.now() > until
    const tree = parser.parse(text, null, { progressCallback })
    // Else it would go on with this text at the next one.
    if (!tree) parser.reset()
    try {
      return tree ? cutsOf(tree, text, size) : undefined
    } finally {
      tree?.delete()
    }
  }

  #language(grammar: Grammar): Promise<Language> {
    const known = this.#languages.get(grammar)
    if (known) return known
    const loading = grammarFile(grammar).bytes().then(Language.load)
    this.#languages.set(grammar, loading)
    return loading
  }
}

async function startParser(): Promise<Parser> {
  await Parser.init({ wasmBinary: await treeSitterFile().bytes() })
  return new Parser()
}
