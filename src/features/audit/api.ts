import { Hono } from "hono"
import type { PlatformDeps } from "../../platform/deps"
import { answerList } from "../../platform/http/list"
import { listAudit } from "./service"

export function auditApi(deps: PlatformDeps): Hono {
  return new Hono().get("/", (c) => answerList(c, (page) => listAudit(deps, page)))
}
