import { Hono } from "hono"
import { z } from "zod"
import { answerList, pageWith } from "../../platform/http/list"
import { pathId, readJson, readOptionalJson, readQuery } from "../../platform/http/validate"
import type { DocumentDeps } from "./deps"
import { answerFile } from "./download"
import { documentFilter, scrapeSchema } from "./schema"
import * as service from "./service"
import { readUploads } from "./upload"
import { refetch, scrape } from "./web/service"

const listQuery = pageWith({
  ...documentFilter,
  /** Separated by commas. */
  ids: z.preprocess(
    (ids) => (typeof ids === "string" ? ids.split(",") : ids),
    z.uuid().array().max(200).optional(),
  ),
})
const versionQuery = z.strictObject({ version: z.coerce.number().int().min(1).optional() })

export function documentsApi(deps: DocumentDeps): Hono {
  const api = new Hono()
  api.get("/documents", (c) => {
    const { limit, before, ...filter } = readQuery(c, listQuery)
    return answerList(c, (page) => service.listDocuments(deps, { ...page, ...filter }), {
      limit,
      before,
    })
  })
  api.post("/documents/upload", async (c) => {
    await using uploads = await readUploads(deps.config, c)
    return c.json(await service.uploadDocuments(deps, uploads.files), 201)
  })
  api.post("/documents/scrape", async (c) => {
    const { url } = await readJson(c, scrapeSchema)
    return c.json(await scrape(deps, url), 201)
  })
  api.post("/documents/:id/refetch", async (c) => {
    await readOptionalJson(c, z.strictObject({}))
    return c.json(await refetch(deps, pathId(c, "DocumentNotFoundError")))
  })
  api.get("/documents/:id", async (c) => {
    const { version } = readQuery(c, versionQuery)
    return c.json(await service.getDocument(deps, pathId(c, "DocumentNotFoundError"), version))
  })
  api.get("/documents/:id/versions", async (c) =>
    c.json(await service.listVersions(deps, pathId(c, "DocumentNotFoundError"))),
  )
  api.get("/documents/:id/file", async (c) => {
    const { version } = readQuery(c, versionQuery)
    return await answerFile(
      deps,
      await service.getFile(deps, pathId(c, "DocumentNotFoundError"), version),
    )
  })
  api.post("/documents/:id/retry", async (c) => {
    await readOptionalJson(c, z.strictObject({}))
    return c.json(await service.retryDocument(deps, pathId(c, "DocumentNotFoundError")))
  })
  api.delete("/documents/:id", async (c) => {
    await service.deleteDocument(deps, pathId(c, "DocumentNotFoundError"))
    return c.json({ status: "deleted" })
  })
  return api
}
