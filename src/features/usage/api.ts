import { Hono } from "hono"
import { z } from "zod"
import { readQuery } from "../../platform/http/validate"
import { costOfAll } from "../../platform/shapes/cost"
import type { UsageDeps } from "./deps"
import { callGroups } from "./schema"
import { totalsBy } from "./service"

const day = z.iso.date().transform((date) => new Date(date))
const timestamp = z.iso.datetime({ offset: true }).transform((text) => new Date(text))
const totalsQuery = z.strictObject({
  by: z.enum(callGroups).default("day"),
  since: z.union([day, timestamp], "Give an ISO 8601 date or timestamp.").optional(),
})

export function callsApi(deps: UsageDeps): Hono {
  return new Hono().get("/totals", async (c) => {
    const { by, since } = readQuery(c, totalsQuery)
    const groups = await totalsBy(deps, by, { since })
    return c.json(
      groups.map(({ key, ...totals }) => ({
        // Calls of a workflow's run belong to no single agent.
        [by === "agent" ? "agent_id" : by]: key,
        calls: totals.calls,
        input_tokens: totals.inputTokens,
        output_tokens: totals.outputTokens,
        ...costOfAll([totals]),
      })),
    )
  })
}
