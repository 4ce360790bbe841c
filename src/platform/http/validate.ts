import type { Context } from "hono"
import { z } from "zod"
import type { Config } from "../config/config"
import { AppError, type ErrorName, invalid } from "../errors"
import { readBody, readBytes } from "./body-limit"
import { readSpooled } from "./spool"

/** Parses a JSON body. Throws for unknown fields, malformed JSON and other content types. */
export async function readJson<T extends z.ZodType>(c: Context, schema: T): Promise<z.output<T>> {
  requireType(c, "application/json")
  return parse(schema, parseJson(new TextDecoder().decode(await readBytes(c))))
}

/** Like `readJson`, for routes that take many megabytes. */
export async function readLargeJson<T extends z.ZodType>(
  { home }: Pick<Config, "home">,
  c: Context,
  schema: T,
): Promise<z.output<T>> {
  requireType(c, "application/json")
  return parse(schema, parseJson(await readSpooled(home, readBody(c))))
}

/** Like `readJson`, but treats a request without body and content type as `{}`. */
export async function readOptionalJson<T extends z.ZodType>(
  c: Context,
  schema: T,
): Promise<z.output<T>> {
  const isEmpty = c.req.header("content-type") === undefined && !(await readBytes(c)).byteLength
  return isEmpty ? parse(schema, {}) : readJson(c, schema)
}

export function readQuery<T extends z.ZodType>(c: Context, schema: T): z.output<T> {
  return parse(schema, c.req.query())
}

/** Throws UnsupportedMediaTypeError unless the body has one of these content types. */
export function requireType(c: Context, ...types: string[]): void {
  const type = c.req.header("content-type")?.split(";")[0]?.trim().toLowerCase()
  if (type !== undefined && types.includes(type)) return
  const sentence = `This route accepts only ${types.join(" or ")}.`
  throw new AppError("UnsupportedMediaTypeError", sentence, { content_type: type ?? null, types })
}

/** Returns a path's id. Anything but a UUID matches nothing, so it is not found. */
export function pathId(c: Context, notFound: ErrorName, name = "id"): string {
  const id = c.req.param(name) ?? ""
  if (z.uuid().safeParse(id).success) return id
  const help = "Ids look like 01a2304e-ecad-7781-b8c2-e49727411368."
  throw new AppError(notFound, `“${id.slice(0, 100)}” is not an id.`, { id, help })
}

/** Returns the parsed value. Throws ValidationError, which lists each wrong field by its path. */
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
  const said = first?.message.replace(/(?<![.!?])$/, ".") ?? "Invalid value."
  throw new AppError("ValidationError", `${where}${said}`, { issues })
}

/** PostgreSQL rejects NUL and unpaired surrogates. */
function isStorable(value: unknown): boolean {
  if (typeof value === "string") return !value.includes("\0") && value.isWellFormed()
  if (typeof value !== "object" || value === null) return true
  // Checking an array's indexes as text would cost more than everything else.
  if (Array.isArray(value)) return value.every(isStorable)
  return Object.entries(value).every(([key, inner]) => isStorable(key) && isStorable(inner))
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw invalid("", "The body is not valid JSON.", {}, { cause })
  }
}
