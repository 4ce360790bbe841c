import type { Tree, TreeCursor } from "web-tree-sitter"
import { isSpace } from "../chunk/characters"
import { nameOf } from "./names"

/** A place where code may be cut. The code up to the next cut is one part. */
export type Cut = {
  /** The offset of the beginning of a line. */
  at: number
  /** The names of the declarations around the part, outermost first, then its own. */
  path: string[]
  /** Set if a chunk must begin here: at the `head` of a large declaration, or after one. */
  section?: "head" | "other" | undefined
}

/** Deeper code stays in one part. Bounds the stack for hostile code. */
const DEPTH_MAX = 200
/** Nodes that belong to the declaration below them. */
const leads = /comment$|^(?:attribute_item|decorator|access_specifier)$/

/** Returns where to cut, in linear time: before declarations, and inside those over `size`. */
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
  /** True if the next cut begins a section. */
  private isSection = false

  constructor(
    private readonly text: string,
    private readonly size: number,
    private readonly cursor: TreeCursor,
  ) {}

  /** Cuts at the children of the current node, and inside large ones. */
  cutChildren(path: string[], depth: number): void {
    const cursor = this.cursor
    if (depth > DEPTH_MAX || !cursor.gotoFirstChild()) return
    let lead: { at: number; end: number } | undefined
    do {
      const { startIndex: start, endIndex: end, nodeIsNamed: isNamed, nodeType: type } = cursor
      if (lead && !(isNamed && this.joins(lead.end, start))) {
        this.cut({ at: lead.at, path })
        lead = undefined
      }
      const at = lead?.at ?? this.lineStart(start)
      if (leads.test(type)) {
        if (at !== undefined) lead = { at, end }
      } else if (isNamed) {
        this.cutNode(at, path, depth)
        lead = undefined
      }
    } while (cursor.gotoNextSibling())
    if (lead) this.cut({ at: lead.at, path })
    cursor.gotoParent()
  }

  private cutNode(at: number | undefined, path: string[], depth: number): void {
    const { startIndex: start, endIndex: end } = this.cursor
    // A node within a line has no line beginning in it.
    if (at === undefined && !this.text.slice(start, end).includes("\n")) return
    const name = nameOf(this.cursor.currentNode)
    // A wrapper has the name of what it wraps, and the path names it once.
    const inner = name && name !== path.at(-1) ? [...path, name] : path
    const isLarge = end - (at ?? start) > this.size
    const isSection = isLarge && at !== undefined && inner !== path
    if (isSection) this.isSection = true
    if (at !== undefined) this.cut({ at, path: inner })
    const head = this.cuts.at(-1)
    if (isLarge || at === undefined) this.cutChildren(inner, depth + 1)
    if (isSection && head && head !== this.cuts.at(-1)) head.section = "head"
    if (isSection) this.isSection = true
  }

  private cut(cut: Cut): void {
    if (cut.at <= (this.cuts.at(-1)?.at ?? -1)) return
    this.cuts.push(this.isSection ? { ...cut, section: "other" } : cut)
    this.isSection = false
  }

  /** True if there is no blank line between the end of a comment and what follows. */
  private joins(end: number, start: number): boolean {
    // In some grammars a comment includes the end of its line.
    return !/\n\s*\n/.test(this.text.slice(Math.max(0, end - 1), start))
  }

  /** Returns the beginning of the line if only indentation comes before `start`. */
  private lineStart(start: number): number | undefined {
    let at = start
    while (at > 0 && this.text[at - 1] !== "\n") {
      if (!isSpace(this.text.charCodeAt(at - 1))) return undefined
      at--
    }
    return at
  }
}
