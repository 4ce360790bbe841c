import { Hono } from "hono"
import { z } from "zod"
import { goTo } from "../../platform/http/go-to"
import { parse, pathId } from "../../platform/http/validate"
import { readUploads } from "../documents/upload"
import { addAttachments, removeAttachment } from "./attachments"
import type { ChatDeps } from "./deps"
import { createSession } from "./service"

const NOT_FOUND = "SessionNotFoundError"
const documentId = z.object({ document_id: z.uuid() })

/** The files of chats. Those that are added to a new chat create it. */
export function attachmentPages(deps: ChatDeps): Hono {
  return new Hono()
    .post("/attachments", async (c) => {
      await using uploads = await readUploads(deps.config, c)
      const { id } = await createSession(deps, {})
      await addAttachments(deps, id, uploads.files)
      return goTo(c, `/chat/${id}`)
    })
    .post("/:id/attachments", async (c) => {
      const id = pathId(c, NOT_FOUND)
      await using uploads = await readUploads(deps.config, c)
      await addAttachments(deps, id, uploads.files)
      return goTo(c, `/chat/${id}`)
    })
    .post("/:id/attachments/:document_id/delete", async (c) => {
      const id = pathId(c, NOT_FOUND)
      const { document_id } = parse(documentId, { document_id: c.req.param("document_id") })
      await removeAttachment(deps, id, document_id)
      return goTo(c, `/chat/${id}`)
    })
}
