import type { Context } from "hono"
import { AppError } from "../errors"
import { requireType } from "../http/validate"
import { breather } from "../search/breathe"
import type { UploadedFile } from "./check"

/**
 * The `file` parts of a multipart request. Another content type throws UnsupportedMediaTypeError;
 * a body that can't be read, other parts and no file at all throw ValidationError.
 */
export async function readUploads(c: Context): Promise<UploadedFile[]> {
  requireType(c, "multipart/form-data")
  const files: UploadedFile[] = []
  const breathe = breather()
  for (const [field, part] of await readForm(c)) {
    if (field !== "file") throw invalid(field, `There is no field named “${field}” here.`)
    if (typeof part === "string") throw invalid(field, "This part must be a file.")
    // A browser sends one file without name and content when none was chosen.
    if (part.name === "" && part.size === 0) continue
    files.push({ name: part.name, bytes: new Uint8Array(await part.arrayBuffer()) })
    await breathe()
  }
  if (files.length === 0) throw invalid("file", "At least one file is needed.")
  return files
}

async function readForm(c: Context): Promise<Iterable<[string, string | File]>> {
  try {
    return (await c.req.formData()) as unknown as Iterable<[string, string | File]>
  } catch (cause) {
    throw invalid("", "The body is not valid multipart/form-data.", cause)
  }
}

function invalid(path: string, message: string, cause?: unknown): AppError {
  return new AppError("ValidationError", message, { issues: [{ path, message }] }, { cause })
}
