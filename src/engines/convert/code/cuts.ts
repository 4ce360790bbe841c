import type { Tree, TreeCursor } from "web-tree-sitter"
import { isSpace } from "../chunk/characters"
import { nameOf } from "./names"

/** A place where code may be cut. What follows, up to the next such place, is one part. */
export type Cut = {
  /** The beginning of a line. */
  at: number
  /** The names of the declarations that the part is in, outermost first, its own the last. */
  path: string[]
  /**
   * A chunk has to begin here: with a declaration that is larger than a chunk, of which other parts
   * follow upon this `head`, or with what stands behind such a one.
   */
  section?: "head" | "other" | undefined
}

/** Deeper code is left in one part. It bounds the stack that hostile code takes. */
const DEPTH_MAX = 200
/** What belongs to the declaration below. */
const leads = /comment$|^(?:attribute_item|decorator|access_specifier)$/

/**
 * Where code is cut: before declarations with the comments above them, and inside of those that are
 * longer than `size` before their members and statements. Ascending, in linear time.
 */
export function cutsOf(tree: Tree, text: string, size: number): Cut[] {
  const cursor = tree.walk()
  try {
    const cutter = new Cutter(text, size, cursor)
    cutter.cutChildren([], 0)
    return cutter.cuts
  } finally {
    cursor.delete()
  }
}

class Cutter {
  readonly cuts: Cut[] = []
  readonly #text: string
  readonly #size: number
  readonly #cursor: TreeCursor
  /** Whether the next cut begins a section. */
  #isSection = false

  constructor(text: string, size: number, cursor: TreeCursor) {
    this.#text = text
    this.#size = size
    this.#cursor = cursor
  }

  /** Cuts at the children of the node that the cursor is at, and within large ones. */
  cutChildren(path: string[], depth: number): void {
    const cursor = this.#cursor
    if (depth > DEPTH_MAX || !cursor.gotoFirstChild()) return
    let lead: { at: number; end: number } | undefined
    do {
      const { startIndex: start, endIndex: end, nodeIsNamed: isNamed, nodeType: type } = cursor
      if (lead && !(isNamed && this.#joins(lead.end, start))) {
        this.#cut({ at: lead.at, path })
        lead = undefined
      }
      const at = lead?.at ?? this.#lineStart(start)
      if (leads.test(type)) {
        if (at !== undefined) lead = { at, end }
      } else if (isNamed) {
        this.#cutNode(at, path, depth)
        lead = undefined
      }
    } while (cursor.gotoNextSibling())
    if (lead) this.#cut({ at: lead.at, path })
    cursor.gotoParent()
  }

  #cutNode(at: number | undefined, path: string[], depth: number): void {
    const { startIndex: start, endIndex: end } = this.#cursor
    // What begins and ends within a line holds no beginning of one.
    if (at === undefined && !this.#text.slice(start, end).includes("\n")) return
    const name = nameOf(this.#cursor.currentNode)
    // A wrapper and what it wraps have the same name, which stands in the path once.
    const inner = name && name !== path.at(-1) ? [...path, name] : path
    const isLarge = end - (at ?? start) > this.#size
    const isSection = isLarge && at !== undefined && inner !== path
    if (isSection) this.#isSection = true
    if (at !== undefined) this.#cut({ at, path: inner })
    const head = this.cuts.at(-1)
    if (isLarge || at === undefined) this.cutChildren(inner, depth + 1)
    if (isSection && head && head !== this.cuts.at(-1)) head.section = "head"
    if (isSection) this.#isSection = true
  }

  #cut(cut: Cut): void {
    if (cut.at <= (this.cuts.at(-1)?.at ?? -1)) return
    this.cuts.push(this.#isSection ? { ...cut, section: "other" } : cut)
    this.#isSection = false
  }

  /** Whether no line without text lies between the end of a comment and what comes next. */
  #joins(end: number, start: number): boolean {
    // In some grammars a comment holds its line's end.
    return !/\n\s*\n/.test(this.#text.slice(Math.max(0, end - 1), start))
  }

  /** The beginning of the line, if nothing but indentation is before `start` on it. */
  #lineStart(start: number): number | undefined {
    let at = start
    while (at > 0 && this.#text[at - 1] !== "\n") {
      if (!isSpace(this.#text.charCodeAt(at - 1))) return undefined
      at--
    }
    return at
  }
}
