import { rm } from "node:fs/promises"
import { join } from "node:path"
import type { Context } from "hono"
import { receiveContent } from "../../engines/convert/content"
import type { Config } from "../../platform/config/config"
import { invalid } from "../../platform/errors"
import { makeHome } from "../../platform/home/home"
import { readBody } from "../../platform/http/body-limit"
import { type Part, readParts } from "../../platform/http/multipart"
import { requireType } from "../../platform/http/validate"
import type { UploadedFile } from "./check"

/** What one request keeps in memory. Its other files go to disk. */
const IN_MEMORY_BYTES = 4 * 1024 ** 2

/** The files of a request. Disposing deletes those that were not moved. */
export type Uploads = AsyncDisposable & { files: UploadedFile[] }

/** Receives the files of a multipart request. Throws ValidationError for any other part. */
export async function readUploads({ home }: Pick<Config, "home">, c: Context): Promise<Uploads> {
  requireType(c, "multipart/form-data")
  const folder = await makeHome(home, "uploads")
  const files: UploadedFile[] = []
  const paths: string[] = []
  const remove = async () => {
    for (const path of paths) await rm(path, { force: true })
  }
  let roomBytes = IN_MEMORY_BYTES
  try {
    for await (const part of readParts(c.req.header("content-type") ?? "", readBody(c))) {
      requireFile(part)
      const path = join(folder, `incoming-${Bun.randomUUIDv7()}`)
      const content = await receiveContent(part.content, { roomBytes, path })
      if (content.path) paths.push(path)
      else roomBytes -= content.sizeBytes
      // If no file was chosen, a browser sends one without name and content.
      if (part.filename === "" && content.sizeBytes === 0) continue
      if (!part.filename) throw invalid("file", "A file needs a name.")
      files.push({ name: part.filename, content })
    }
    if (files.length === 0) throw invalid("file", "At least one file is needed.")
  } catch (error) {
    await remove()
    throw error
  }
  return { files, [Symbol.asyncDispose]: remove }
}

function requireFile({ name, filename }: Part): void {
  if (name !== "file") throw invalid(name, `There is no field named “${name}” here.`)
  if (filename === undefined) throw invalid(name, "This part must be a file.")
}
