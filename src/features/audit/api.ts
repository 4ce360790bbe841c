import { Hono } from "hono"
import type { PlatformDeps } from "../../platform/deps"
import { answerList, readList } from "../../platform/http/list"
import { listAudit } from "./service"

export function auditApi(deps: PlatformDeps): Hono {
  return new Hono().get("/", async (c) => {
    const { limit, before } = readList(c)
    return answerList(c, await listAudit(deps, { limit: limit + 1, before }), limit)
  })
}
