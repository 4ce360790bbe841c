import type { Language, Parser } from "web-tree-sitter"
import { grammarFile, treeSitterFile } from "../../../embedded"
import { extensionOf } from "../extension"
import { type Cut, cutsOf } from "./cuts"
import { type Grammar, grammarOf } from "./languages"

const MB = 1024 ** 2
const PAGE_BYTES = 64 * 1024

/** The most for up to a megabyte. Code needs 50 MB and 2 s; hostile text takes a gigabyte. */
const ONE_MB = { bytes: 128 * MB, ms: 4000 }
/** What parsing any text may take. */
const MOST = { bytes: 768 * MB, ms: 40_000 }

/** Finds where code may be cut. Keeps what it has loaded until its thread ends. */
export class CodeReader {
  readonly #languages = new Map<Grammar, Promise<Language>>()
  #memory: WebAssembly.Memory | undefined
  #parser: Promise<Parser> | undefined
  #isBroken = false

  /** Returns where to cut a file; see `cutsOf`. Undefined if it can't or mustn't be parsed. */
  async cutsOf(name: string, text: string, size: number): Promise<Cut[] | undefined> {
    const grammar = grammarOf(extensionOf(name))
    if (!grammar || this.#isBroken) return undefined
    this.#memory ??= newMemory(limitsOf(text).bytes)
    this.#parser ??= startParser(this.#memory)
    const [parser, language] = await Promise.all([this.#parser, this.#load(grammar)])
    try {
      return parse(parser.setLanguage(language), this.#memory, text, size)
    } catch {
      // The parser is C code. After a crash in hostile text its memory can't be trusted.
      this.#isBroken = true
      return undefined
    }
  }

  async #load(grammar: Grammar): Promise<Language> {
    await this.#parser
    const known = this.#languages.get(grammar)
    if (known) return await known
    const loading = loadLanguage(grammar)
    this.#languages.set(grammar, loading)
    return await loading
  }
}

/** The hard limit is twice what a parse may take, which is checked only now and then. */
function newMemory(bytes: number): WebAssembly.Memory {
  const pages = (bytes: number) => Math.ceil(bytes / PAGE_BYTES)
  return new WebAssembly.Memory({ initial: pages(32 * MB), maximum: pages(2 * bytes) })
}

function limitsOf({ length }: string): { bytes: number; ms: number } {
  const mb = Math.max(1, length / MB)
  return { bytes: Math.min(MOST.bytes, mb * ONE_MB.bytes), ms: Math.min(MOST.ms, mb * ONE_MB.ms) }
}

function parse(parser: Parser, memory: WebAssembly.Memory, text: string, size: number) {
  const limits = limitsOf(text)
  const [startedAt, used] = [performance.now(), process.cpuUsage()]
  // Waiting for a busy machine doesn't count, only the processor time that this process used.
  const isLate = () => {
    const { user, system } = process.cpuUsage(used)
    return performance.now() - startedAt > limits.ms && (user + system) / 1000 > limits.ms
  }
  // Memory never shrinks: what earlier parses took is free again.
  const bytes = Math.max(memory.buffer.byteLength, limits.bytes)
  const progressCallback = () => isLate() || memory.buffer.byteLength > bytes
  const tree = parser.parse(text, null, { progressCallback })
  if (!tree) {
    // Otherwise the next parse would resume this text.
    parser.reset()
    return undefined
  }
  const cuts = cutsOf(tree, text, size)
  tree.delete()
  return cuts
}

/** Imported when it is needed: few files are code, and every child process would load it. */
async function startParser(wasmMemory: WebAssembly.Memory): Promise<Parser> {
  const { Parser } = await import("web-tree-sitter")
  const wasmBinary = await treeSitterFile().bytes()
  // It prints when it runs out of memory, which nobody needs to see.
  await Parser.init({ wasmBinary, wasmMemory, printErr() {} })
  return new Parser()
}

async function loadLanguage(grammar: Grammar): Promise<Language> {
  const { Language } = await import("web-tree-sitter")
  return await Language.load(await grammarFile(grammar).bytes())
}
