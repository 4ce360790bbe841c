import { Parser } from "htmlparser2"
import { Unreadable } from "./converted"

/** As deep as browsers go; what walks over a tree by calling itself stands more. */
const DEPTH_MAX = 512
const ELEMENTS_MAX = 300_000

/** How many elements there are, and how deep they lie all together. */
export type Shape = { elements: number; depths: number }

/** Measures HTML without making a tree; throws Unreadable if none should be made of it. */
export function shapeOf(html: string): Shape {
  let depth = 0
  let elements = 0
  let depths = 0
  const parser = new Parser({
    onopentagname() {
      if (++elements > ELEMENTS_MAX) {
        throw new Unreadable(`It has more than ${ELEMENTS_MAX.toLocaleString("en")} elements.`)
      }
      if (++depth > DEPTH_MAX) throw new Unreadable("Its elements are nested too deeply.")
      depths += depth
    },
    onclosetag() {
      depth--
    },
  })
  parser.end(html)
  return { elements, depths }
}

/** The words that a person sees, and the title. */
export type Glance = { title: string; words: string }

const unseen = new Set(["script", "style", "template", "noscript", "svg"])

/** What can be told of a page without making a tree of it, in a time linear in its length. */
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
