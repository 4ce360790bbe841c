import type { Context } from "hono"
import { z } from "zod"
import type { Page } from "../db/page"
import { readQuery } from "./validate"

export const pageLimit = z.coerce.number().int().min(1).max(200).default(50)

const paging = {
  limit: pageLimit,
  before: z.uuid().optional(),
}
const pageQuery = z.strictObject(paging)

export function readList(c: Context): Page {
  return readQuery(c, pageQuery)
}

/** Like `readList`, for lists that also take filters. */
export function pageWith<T extends z.ZodRawShape>(filters: T) {
  return z.strictObject({ ...paging, ...filters })
}

/** Answers rows as an array. Ask for `limit` + 1: an extra row sets a `Link` to the next page. */
export function answerList<T extends { id: string }>(c: Context, rows: T[], limit: number) {
  return answerPage(c, rows, limit, "before")
}

/** Like `answerList`, for lists in ascending order: the next page starts `after` the last row. */
export function answerOldestFirst<T extends { id: string | number | null }>(
  c: Context,
  rows: T[],
  limit: number,
) {
  return answerPage(c, rows, limit, "after")
}

function answerPage<T extends { id: string | number | null }>(
  c: Context,
  rows: T[],
  limit: number,
  position: "before" | "after",
) {
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  if (rows.length > limit && last) linkNext(c, position, String(last.id), limit)
  return c.json(shown)
}

export function linkNext(
  c: Context,
  position: "before" | "after",
  id: string,
  limit: number,
): void {
  const next = new URL(c.req.url)
  next.searchParams.set(position, id)
  next.searchParams.set("limit", String(limit))
  c.header("Link", `<${next.pathname}${next.search}>; rel="next"`)
}
