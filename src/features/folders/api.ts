import { Hono } from "hono"
import { z } from "zod"
import { answerList } from "../../platform/http/list"
import { pathId, readJson, readOptionalJson } from "../../platform/http/validate"
import type { FolderDeps } from "./deps"
import { folderChanges, folderInput } from "./schema"
import * as service from "./service"

export function foldersApi(deps: FolderDeps): Hono {
  return new Hono()
    .get("/", (c) => answerList(c, (page) => service.listFolders(deps, page)))
    .post("/", async (c) => {
      const { dry_run, ...input } = await readJson(c, folderInput)
      if (dry_run) return c.json(await service.previewFolder(deps, input, c.req.raw.signal))
      const { folder, isNew } = await service.addFolder(deps, input)
      return c.json(folder, isNew ? 201 : 200)
    })
    .get("/:id", async (c) => c.json(await service.getFolder(deps, pathId(c, "NotFoundError"))))
    .patch("/:id", async (c) => {
      const changes = await readJson(c, folderChanges)
      return c.json(await service.changeFolder(deps, pathId(c, "NotFoundError"), changes))
    })
    .post("/:id/sync", async (c) => {
      await readOptionalJson(c, z.strictObject({}))
      return c.json(await service.syncNow(deps, pathId(c, "NotFoundError")), 202)
    })
    .delete("/:id", async (c) => {
      await service.removeFolder(deps, pathId(c, "NotFoundError"))
      return c.json({ status: "deleted" })
    })
}
