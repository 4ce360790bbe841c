import type { Context } from "hono"
import { z } from "zod"
import type { Page } from "../db/page"
import { readQuery } from "./validate"

/** Rows per page. */
export const pageLimit = z.coerce.number().int().min(1).max(200).default(50)

const paging = { limit: pageLimit, before: z.uuid().optional() }
const pageQuery = z.strictObject(paging)

/** The query of a list that also takes filters. */
export function pageWith<T extends z.ZodRawShape>(filters: T) {
  return z.strictObject({ ...paging, ...filters })
}

/**
 * Answers a page of a list, newest first, as an array. `read` is asked for one row more: if that
 * exists, a `Link` header with rel="next" points to the next page.
 */
export async function answerList<T extends { id: string }>(
  c: Context,
  read: (page: Page) => Promise<T[]>,
  { limit, before }: Page = readQuery(c, pageQuery),
) {
  return answerPage(c, await read({ limit: limit + 1, before }), limit, "before")
}

/** Answers `limit` of `limit` + 1 rows, oldest first: the next page starts `after` the last row. */
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

/** Sets the `Link` header to the next page. */
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
