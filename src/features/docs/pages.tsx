import { Hono } from "hono"
import { DocIndexPage, DocPage } from "../../../views/docs/page"
import { slugify } from "../../../views/markdown"
import { frameOf } from "../../platform/http/frame"
import { docHref, docs, readDoc } from "./service"

/** The documentation, under /docs. It is part of the program and needs no network. */
export function docPages(): Hono {
  return new Hono()
    .get("/", (c) => c.html(DocIndexPage({ docs, ...frameOf(c) })))
    .get("/:name{.+}", async (c) => {
      const doc = await readDoc(c.req.param("name"))
      const link = (href: string) => docHref(doc.file, href, (text) => `doc-${slugify(text)}`)
      return c.html(DocPage({ doc, docs, link, ...frameOf(c) }))
    })
}
