import type { Context } from "hono"
import { z } from "zod"
import { AppError, type ErrorName } from "../errors"

/** Bodies of JSON routes; documents come as multipart and have their own limit. */
const MAX_JSON_BYTES = 1_000_000

/** The body as JSON of this shape. Unknown fields, malformed JSON and another content type throw. */
export async function readJson<T extends z.ZodType>(
  c: Context,
  schema: T,
  maxBytes = MAX_JSON_BYTES,
): Promise<z.output<T>> {
  const type = c.req.header("content-type")?.split(";")[0]?.trim().toLowerCase()
  if (type !== "application/json") {
    throw new AppError("UnsupportedMediaTypeError", "This route takes application/json.", {
      content_type: type ?? null,
    })
  }
  const text = await readText(c, maxBytes)
  return parse(schema, parseJson(text))
}

/** As `readJson`, where a request without a body and content type says `{}`. */
export async function readOptionalJson<T extends z.ZodType>(
  c: Context,
  schema: T,
): Promise<z.output<T>> {
  const isEmpty =
    c.req.header("content-type") === undefined && !(await c.req.arrayBuffer()).byteLength
  return isEmpty ? parse(schema, {}) : readJson(c, schema)
}

/** The query string as this shape. */
export function readQuery<T extends z.ZodType>(c: Context, schema: T): z.output<T> {
  return parse(schema, c.req.query())
}

/** The form fields of a page, urlencoded or multipart; a repeated field is an array. */
export async function readForm<T extends z.ZodType>(c: Context, schema: T): Promise<z.output<T>> {
  return parse(schema, await c.req.parseBody({ all: true }))
}

/** A path's id. Anything but a UUID names nothing, so it is not found rather than invalid. */
export function pathId(c: Context, notFound: ErrorName): string {
  const id = c.req.param("id") ?? ""
  if (z.uuid().safeParse(id).success) return id
  throw new AppError(notFound, "There is nothing with this id.", { id })
}

/** `value` as this shape, or a ValidationError that names each wrong field with its path. */
export function parse<T extends z.ZodType>(schema: T, value: unknown): z.output<T> {
  if (!isStorable(value)) {
    const message = "Text must be Unicode without NUL characters."
    throw new AppError("ValidationError", message, { issues: [{ path: "", message }] })
  }
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const issues = result.error.issues.map((issue) => ({
    path: issue.path.join("."),
    message: issue.message,
  }))
  const [first] = issues
  const where = first?.path ? `${first.path}: ` : ""
  throw new AppError("ValidationError", `${where}${first?.message ?? "Invalid value."}`, { issues })
}

/** PostgreSQL takes neither NUL nor halves of surrogate pairs. */
function isStorable(value: unknown): boolean {
  if (typeof value === "string") return !value.includes("\0") && value.isWellFormed()
  if (typeof value !== "object" || value === null) return true
  return Object.entries(value).every(([key, inner]) => isStorable(key) && isStorable(inner))
}

async function readText(c: Context, maxBytes: number): Promise<string> {
  const tooLarge = () =>
    new AppError("FileTooLargeError", `A body may have ${maxBytes} bytes at most.`, {
      max_bytes: maxBytes,
    })
  if (Number(c.req.header("content-length") ?? 0) > maxBytes) throw tooLarge()
  const bytes = await c.req.arrayBuffer()
  if (bytes.byteLength > maxBytes) throw tooLarge()
  return new TextDecoder().decode(bytes)
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    const issues = [{ path: "", message: "The body is not valid JSON." }]
    throw new AppError("ValidationError", "The body is not valid JSON.", { issues }, { cause })
  }
}
