import { type Context, Hono } from "hono"
import { z } from "zod"
import { DocumentListPage } from "../../../views/documents/list"
import { UploadedState } from "../../../views/documents/status"
import { readForm } from "../../platform/http/form"
import { frameOf } from "../../platform/http/frame"
import { answerPart, goTo, isHtmx } from "../../platform/http/go-to"
import { pathId, readQuery } from "../../platform/http/validate"
import { getHead } from "../documents/reading"
import { documentFilter, scrapeSchema } from "../documents/schema"
import {
  deleteDocument,
  deleteDocuments,
  listDocuments,
  retryDocument,
  summarizeDocuments,
  uploadDocuments,
} from "../documents/service"
import { readUploads } from "../documents/upload"
import { refetch, scrape } from "../documents/web/service"
import type { FolderDeps } from "../folders/deps"
import { FOLDERS_SHOWN } from "../folders/pages"
import { listFolders } from "../folders/service"
import { distinct } from "../search/duplicates"
import { retrieve } from "../search/service"
import { documentTextPages } from "./text-pages"

/** Forms send "" for an empty choice. */
const blank = z.literal("").transform(() => undefined)
const listQuery = z.object({
  q: z.string().trim().max(10_000).default(""),
  before: z.uuid().optional(),
  status: blank.or(documentFilter.status),
  type: blank.or(documentFilter.type),
})

const chosenForm = z.object({ id: z.uuid().or(z.array(z.uuid())).optional() })

const RESULTS = 20
const LISTED = 50

export function documentPages(deps: FolderDeps): Hono {
  return new Hono()
    .get("/", (c) => showList(c, deps))
    .post("/", async (c) => {
      await using uploads = await readUploads(deps.config, c)
      await uploadDocuments(deps, uploads.files)
      return c.redirect("/documents", 303)
    })
    .post("/scrape", async (c) => {
      const { url } = await readForm(c, scrapeSchema)
      const { id } = await scrape(deps, url)
      return goTo(c, `/documents/${id}`)
    })
    .post("/:id/refetch", async (c) => {
      const { id } = await refetch(deps, pathId(c, "DocumentNotFoundError"))
      return goTo(c, `/documents/${id}`)
    })
    .post("/delete", async (c) => {
      const { id = [] } = await readForm(c, chosenForm)
      await deleteDocuments(deps, [id].flat())
      return c.redirect("/documents", 303)
    })
    .get("/:id/state", async (c) => {
      const document = await getHead(deps, pathId(c, "DocumentNotFoundError"))
      return answerPart(c, `/documents/${document.id}`, () => UploadedState({ document }))
    })
    .post("/:id/retry", async (c) => {
      const id = pathId(c, "DocumentNotFoundError")
      await retryDocument(deps, id)
      return isHtmx(c) ? c.body(null, 204) : c.redirect(`/documents/${id}`, 303)
    })
    .route("/", documentTextPages(deps))
    .delete("/:id", async (c) => {
      await deleteDocument(deps, pathId(c, "DocumentNotFoundError"))
      return c.body("", 200)
    })
    .post("/:id/delete", async (c) => {
      await deleteDocument(deps, pathId(c, "DocumentNotFoundError"))
      return c.redirect("/documents", 303)
    })
}

async function showList(c: Context, deps: FolderDeps): Promise<Response> {
  const { q, before, ...filter } = readQuery(c, listQuery)
  const page = { ...filter, limit: LISTED + 1, ...(before && { before }) }
  const [rows, summary, folders] = await Promise.all([
    listDocuments(deps, page),
    summarizeDocuments(deps, filter),
    listFolders(deps, { limit: FOLDERS_SHOWN }),
  ])
  const documents = rows.slice(0, LISTED)
  const next = rows.length > LISTED ? documents.at(-1)?.id : undefined
  const results = q ? distinct(await retrieve(deps, { query: q, top_k: RESULTS })) : []
  const search = q ? { search: { query: q, results } } : {}
  const list = { documents, summary, filter, before, next, folders }
  return c.html(DocumentListPage({ ...list, ...search, ...frameOf(c) }))
}
