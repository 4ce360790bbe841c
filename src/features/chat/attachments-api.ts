import { Hono } from "hono"
import { z } from "zod"
import { parse, pathId } from "../../platform/http/validate"
import { readUploads } from "../documents/upload"
import { addAttachments, listAttachments, removeAttachment } from "./attachments"
import type { ChatDeps } from "./deps"
import { getImage } from "./images"

const NOT_FOUND = "SessionNotFoundError"
const documentId = z.object({ document_id: z.uuid() })

/** The documents of sessions. */
export function attachmentsApi(deps: ChatDeps): Hono {
  return new Hono()
    .get("/sessions/:id/attachments", async (c) => {
      return c.json(await listAttachments(deps, pathId(c, NOT_FOUND)))
    })
    .post("/sessions/:id/attachments", async (c) => {
      const id = pathId(c, NOT_FOUND)
      await using uploads = await readUploads(deps.config, c)
      return c.json(await addAttachments(deps, id, uploads.files), 201)
    })
    .get("/sessions/:id/images/:image_id", async (c) => {
      const id = pathId(c, NOT_FOUND)
      const image = await getImage(deps, id, pathId(c, "DocumentNotFoundError", "image_id"))
      return c.body(new Uint8Array(image.bytes), 200, {
        "Content-Type": image.mediaType,
        "Cache-Control": "private, max-age=31536000, immutable",
      })
    })
    .delete("/sessions/:id/attachments/:document_id", async (c) => {
      const { document_id } = parse(documentId, { document_id: c.req.param("document_id") })
      await removeAttachment(deps, pathId(c, NOT_FOUND), document_id)
      return c.json({ status: "deleted" })
    })
}
