import type { Context } from "hono"
import { parseBody } from "hono/utils/body"
import { z } from "zod"
import { invalid } from "../errors"
import { readBytes } from "./body-limit"
import { parse, requireType } from "./validate"

/** The texts that a form sent, by field. Files and unticked boxes are missing. */
export type FormFields = Record<string, string[]>

declare module "hono" {
  interface ContextVariableMap {
    formFields?: FormFields
  }
}

/** The field that says which page a refused form was shown on. No form of ours asks for it. */
export const FORM_PAGE = "form_page"

/** A form's field that can be repeated. */
export const formList = z.union([z.string().transform((value) => [value]), z.array(z.string())])

/** Parses the form fields of a page, urlencoded or multipart. Repeated fields become an array. */
export async function readForm<T extends z.ZodType>(c: Context, schema: T): Promise<z.output<T>> {
  // Browsers always send a type. A request without one has no fields.
  if (c.req.header("content-type") === undefined) return parse(schema, {})
  const { [FORM_PAGE]: _, ...fields } = await readFields(c)
  return parse(schema, fields)
}

/** Returns what the form sent. Reads it if the request was refused before its route did. */
export async function fieldsOf(c: Context): Promise<FormFields> {
  const isShort = c.req.header("content-type")?.startsWith("application/x-www-form-urlencoded")
  if (!c.var.formFields && isShort && !c.req.raw.bodyUsed) await readFields(c).catch(() => {})
  return c.var.formFields ?? {}
}

async function readFields(c: Context): Promise<Record<string, unknown>> {
  requireType(c, "application/x-www-form-urlencoded", "multipart/form-data")
  const form = new Request(c.req.raw, { body: await readBytes(c) })
  const sent = await parseBody(form, { all: true }).catch((cause: unknown) => {
    throw invalid("", "The body is not a valid form.", {}, { cause })
  })
  const fields = Object.entries(sent).map(([name, value]) => [name, unified(value)] as const)
  const texts = fields.map(([name, value]) => [name, [value].flat().filter(isText)] as const)
  c.set("formFields", Object.fromEntries(texts))
  return Object.fromEntries(fields)
}

const isText = (value: unknown) => typeof value === "string"

/** Browsers send line breaks as CRLF, whatever they were before. */
function unified(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(unified)
  return typeof value === "string" ? value.replaceAll("\r\n", "\n") : value
}
