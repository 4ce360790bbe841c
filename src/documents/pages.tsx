import { type Context, Hono } from "hono"
import { z } from "zod"
import { DocumentListPage } from "../../views/documents/list"
import { DocumentPage } from "../../views/documents/page"
import { UploadedState } from "../../views/documents/status"
import type { Deps } from "../deps"
import { frameOf } from "../http/frame"
import { pathId, readForm, readQuery } from "../http/validate"
import { retrieve } from "../search/service"
import { documentFilter } from "./schema"
import {
  deleteDocument,
  deleteDocuments,
  getDocument,
  listDocuments,
  summarizeDocuments,
  uploadDocuments,
} from "./service"
import { readUploads } from "./upload"

/** A form sends "" for what was not chosen. */
const blank = z.literal("").transform(() => undefined)
const listQuery = z.object({
  q: z.string().trim().max(10_000).default(""),
  before: z.uuid().optional(),
  status: blank.or(documentFilter.status),
  type: blank.or(documentFilter.type),
})

const chosenForm = z.object({ id: z.uuid().or(z.array(z.uuid())).optional() })

const passageQuery = z.object({
  start: z.coerce.number().int().min(0).optional(),
  end: z.coerce.number().int().min(0).optional(),
  version: z.coerce.number().int().min(1).optional(),
})

/** Passages of one search on the page. */
const RESULTS = 20
const LISTED = 50

export function documentPages(deps: Deps): Hono {
  return new Hono()
    .get("/", (c) => showList(c, deps))
    .post("/", async (c) => {
      await uploadDocuments(deps, await readUploads(c))
      return c.redirect("/documents", 303)
    })
    .post("/delete", async (c) => {
      const { id = [] } = await readForm(c, chosenForm)
      await deleteDocuments(deps, [id].flat())
      return c.redirect("/documents", 303)
    })
    .get("/:id", (c) => showDocument(c, deps))
    .get("/:id/state", async (c) => {
      const document = await getDocument(deps, pathId(c, "DocumentNotFoundError"))
      return c.html(UploadedState({ document }))
    })
    .delete("/:id", async (c) => {
      await deleteDocument(deps, pathId(c, "DocumentNotFoundError"))
      return c.body("", 200)
    })
    .post("/:id/delete", async (c) => {
      await deleteDocument(deps, pathId(c, "DocumentNotFoundError"))
      return c.redirect("/documents", 303)
    })
}

async function showList(c: Context, deps: Deps): Promise<Response> {
  const { q, before, ...filter } = readQuery(c, listQuery)
  const page = { ...filter, limit: LISTED + 1, ...(before && { before }) }
  const [rows, summary] = await Promise.all([
    listDocuments(deps, page),
    summarizeDocuments(deps, filter),
  ])
  const documents = rows.slice(0, LISTED)
  const next = rows.length > LISTED ? documents.at(-1)?.id : undefined
  const results = q ? await retrieve(deps, { query: q, top_k: RESULTS }) : []
  const search = q ? { search: { query: q, results } } : {}
  const list = { documents, summary, filter, before, next }
  return c.html(DocumentListPage({ ...list, ...search, ...frameOf(c) }))
}

/** A citation opens the version that it was taken from, which may be older than the present one. */
async function showDocument(c: Context, deps: Deps): Promise<Response> {
  const { start, end, version: of } = readQuery(c, passageQuery)
  const document = await getDocument(deps, pathId(c, "DocumentNotFoundError"), of)
  const span = start !== undefined && end !== undefined ? { start, end } : null
  const passage = span && { ...span, ...(of === undefined ? {} : { version: of }) }
  return c.html(DocumentPage({ document, passage, ...frameOf(c) }))
}
