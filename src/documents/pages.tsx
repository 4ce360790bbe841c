import { type Context, Hono } from "hono"
import { z } from "zod"
import { DocumentListPage } from "../../views/documents/list"
import { DocumentPage } from "../../views/documents/page"
import type { Deps } from "../deps"
import { frameOf } from "../http/frame"
import { pathId, readForm, readQuery } from "../http/validate"
import { distinct } from "../search/duplicates"
import { retrieve } from "../search/service"
import { deleteDocument, getDocument, listDocuments, uploadDocuments } from "./service"
import { readUploads } from "./upload"
import { scrapeSchema } from "./web/schema"
import { refetch, scrape } from "./web/service"

const listQuery = z.object({ q: z.string().trim().max(10_000).default("") })

const passageQuery = z.object({
  start: z.coerce.number().int().min(0).optional(),
  end: z.coerce.number().int().min(0).optional(),
  version: z.coerce.number().int().min(1).optional(),
})

/** Passages of one search on the page. */
const RESULTS = 20
const LISTED = 200

export function documentPages(deps: Deps): Hono {
  return new Hono()
    .get("/", async (c) => {
      const { q } = readQuery(c, listQuery)
      const documents = await listDocuments(deps, { limit: LISTED })
      const results = q ? distinct(await retrieve(deps, { query: q, top_k: RESULTS })) : []
      const search = q ? { search: { query: q, results } } : {}
      return c.html(DocumentListPage({ documents, ...search, ...frameOf(c) }))
    })
    .post("/", async (c) => {
      await uploadDocuments(deps, await readUploads(c))
      return c.redirect("/documents", 303)
    })
    .post("/scrape", async (c) => {
      const { url } = await readForm(c, scrapeSchema)
      const { id } = await scrape(deps, url)
      return c.redirect(`/documents/${id}`, 303)
    })
    .post("/:id/refetch", async (c) => {
      const { id } = await refetch(deps, pathId(c, "DocumentNotFoundError"))
      return c.redirect(`/documents/${id}`, 303)
    })
    .get("/:id", (c) => showDocument(c, deps))
    .delete("/:id", async (c) => {
      await deleteDocument(deps, pathId(c, "DocumentNotFoundError"))
      return c.body("", 200)
    })
    .post("/:id/delete", async (c) => {
      await deleteDocument(deps, pathId(c, "DocumentNotFoundError"))
      return c.redirect("/documents", 303)
    })
}

/** A citation opens the version that it was taken from, which may be older than the present one. */
async function showDocument(c: Context, deps: Deps): Promise<Response> {
  const { start, end, version: of } = readQuery(c, passageQuery)
  const document = await getDocument(deps, pathId(c, "DocumentNotFoundError"), of)
  const span = start !== undefined && end !== undefined ? { start, end } : null
  const passage = span && { ...span, ...(of === undefined ? {} : { version: of }) }
  return c.html(DocumentPage({ document, passage, ...frameOf(c) }))
}
