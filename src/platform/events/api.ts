import { Hono } from "hono"
import { z } from "zod"
import type { PlatformDeps } from "../deps"
import { answerOldestFirst, pageLimit } from "../http/list"
import { readQuery } from "../http/validate"
import { eventId, filterOf, filters } from "./schema"
import { listHistory } from "./service"
import { lastSeen, streamEvents } from "./stream"

const streamQuery = z.strictObject(filters)
const historyQuery = z.strictObject({
  ...filters,
  limit: pageLimit,
  after: eventId.default(0),
  before: eventId.optional(),
})

export function eventsApi(deps: PlatformDeps): Hono {
  return new Hono()
    .get("/", (c) => streamEvents(c, deps, filterOf(readQuery(c, streamQuery)), lastSeen(c)))
    .get("/history", async (c) => {
      const { limit, after, before, ...filter } = readQuery(c, historyQuery)
      const upTo = before === undefined ? undefined : before - 1
      const range = { ...filterOf(filter), after, upTo }
      return answerOldestFirst(c, await listHistory(deps, range, limit + 1), limit)
    })
}
