import { Hono } from "hono"
import { DocIndexPage, DocPage, docHtml } from "../../../views/docs/page"
import { slugify } from "../../../views/markdown"
import { frameOf } from "../../platform/http/frame"
import type { Doc } from "./schema"
import { docHref, docs, findDoc, readDoc } from "./service"

export function docPages(): Hono {
  const rendered = renderedOnce()
  return new Hono()
    .get("/", (c) => c.html(DocIndexPage({ docs, ...frameOf(c) })))
    .get("/:name{.+}", async (c) => {
      const doc = findDoc(c.req.param("name"))
      return c.html(DocPage({ doc, docs, html: await rendered(doc), ...frameOf(c) }))
    })
}

/** Caches each rendered page until its text changes, since a long one takes 0.1 s. */
function renderedOnce(): (doc: Doc) => Promise<string> {
  const known = new Map<string, { text: string; html: string }>()
  return async (doc) => {
    const text = await readDoc(doc)
    const before = known.get(doc.name)
    if (before?.text === text) return before.html
    const anchor = (fragment: string) => `doc-${slugify(fragment)}`
    const html = docHtml(text, (href) => docHref(doc.file, href, anchor))
    known.set(doc.name, { text, html })
    return html
  }
}
