import { Hono } from "hono"
import type { Deps } from "../deps"
import { answerList, readList } from "../http/list"
import { pathId } from "../http/validate"
import { deleteDocument, getDocument, listDocuments, uploadDocuments } from "./service"
import { readUploads } from "./upload"

/** Documents, under /api/rag. */
export function documentsApi(deps: Deps): Hono {
  const api = new Hono()
  api.get("/documents", async (c) => {
    const { limit, before } = readList(c)
    return answerList(c, await listDocuments(deps, { limit: limit + 1, before }), limit)
  })
  api.post("/documents/upload", async (c) =>
    c.json(await uploadDocuments(deps, await readUploads(c)), 201),
  )
  api.get("/documents/:id", async (c) =>
    c.json(await getDocument(deps, pathId(c, "DocumentNotFoundError"))),
  )
  api.delete("/documents/:id", async (c) => {
    await deleteDocument(deps, pathId(c, "DocumentNotFoundError"))
    return c.json({ status: "deleted" })
  })
  return api
}
