import { Hono } from "hono"
import { z } from "zod"
import { FolderPage } from "../../../views/folders/page"
import { FolderSection } from "../../../views/folders/section"
import { readForm } from "../../platform/http/form"
import { frameOf } from "../../platform/http/frame"
import { answerPart, goTo, isHtmx } from "../../platform/http/go-to"
import { parse, pathId } from "../../platform/http/validate"
import type { FolderDeps } from "./deps"
import { folderInput } from "./schema"
import { addFolder, changeFolder, getFolder, listFolders, removeFolder, syncNow } from "./service"

const NOT_FOUND = "NotFoundError"
export const FOLDERS_SHOWN = 100

const addForm = z.strictObject({ path: z.string().trim() })
const secretsForm = z.strictObject({ include: z.enum(["true", "false"]) })

export function folderPages(deps: FolderDeps): Hono {
  return new Hono()
    .get("/", async (c) => {
      const folders = await listFolders(deps, { limit: FOLDERS_SHOWN })
      return answerPart(c, "/documents", () => FolderSection({ folders }))
    })
    .post("/", async (c) => {
      await addFolder(deps, parse(folderInput, await readForm(c, addForm)))
      return goTo(c, "/documents")
    })
    .get("/:id", async (c) => {
      const folder = await getFolder(deps, pathId(c, NOT_FOUND))
      return c.html(FolderPage({ folder, ...frameOf(c) }))
    })
    .post("/:id/sync", async (c) => {
      const { id } = await syncNow(deps, pathId(c, NOT_FOUND))
      // The page updates itself through events, as every other page does.
      return isHtmx(c) ? c.body(null, 204) : goTo(c, `/documents/folders/${id}`)
    })
    .post("/:id/secrets", async (c) => {
      const { include } = await readForm(c, secretsForm)
      const changes = { include_secrets: include === "true" }
      const { id } = await changeFolder(deps, pathId(c, NOT_FOUND), changes)
      return goTo(c, `/documents/folders/${id}`)
    })
    .delete("/:id", async (c) => {
      await removeFolder(deps, pathId(c, NOT_FOUND))
      return c.body("", 200)
    })
    .post("/:id/delete", async (c) => {
      await removeFolder(deps, pathId(c, NOT_FOUND))
      return c.redirect("/documents", 303)
    })
}
