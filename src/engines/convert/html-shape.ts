import { Parser } from "htmlparser2"
import { Unreadable } from "./converted"

/** As deep as browsers go. Recursive functions on the tree can go deeper. */
const DEPTH_MAX = 512
const ELEMENTS_MAX = 300_000

/** The number of elements, and the sum of their depths. */
export type Shape = { elements: number; depths: number }

/** Measures HTML without building a tree. Throws Unreadable if a tree would be too large. */
export function shapeOf(html: string): Shape {
  let depth = 0
  let elements = 0
  let depths = 0
  const parser = new Parser({
    onopentagname() {
      if (++elements > ELEMENTS_MAX) {
        throw new Unreadable(
          `This page has more than ${ELEMENTS_MAX.toLocaleString("en")} elements.`,
        )
      }
      if (++depth > DEPTH_MAX)
        throw new Unreadable("The elements of this page are nested too deeply.")
      depths += depth
    },
    onclosetag() {
      depth--
    },
  })
  parser.end(html)
  return { elements, depths }
}

/** The title of a page, and the words that a person sees. */
type Glance = { title: string; words: string }

const unseen = new Set(["script", "style", "template", "noscript", "svg"])

/** Finds title and words without building a tree, in linear time. */
export function glanceAt(html: string): Glance {
  const words: string[] = []
  let title = ""
  let inside: string | undefined
  const parser = new Parser({
    onopentagname(name) {
      if (unseen.has(name) || (name === "title" && title === "")) inside ??= name
    },
    onclosetag(name) {
      if (name === inside) inside = undefined
    },
    ontext(text) {
      if (inside === "title") title += text
      else if (inside === undefined) words.push(text)
    },
  })
  parser.end(html)
  return { title: squeeze(title), words: squeeze(words.join(" ")) }
}

function squeeze(text: string): string {
  return text.replace(/\s+/g, " ").trim()
}
