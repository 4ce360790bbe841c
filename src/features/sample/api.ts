import { Hono } from "hono"
import { readOptionalJson } from "../../platform/http/validate"
import type { RunDeps } from "../runs/leases/supervisor"
import { sampleInput } from "./schema"
import { removeSample, startSample } from "./service"

export function sampleApi(deps: RunDeps): Hono {
  return new Hono()
    .post("/", async (c) => {
      return c.json(await startSample(deps, await readOptionalJson(c, sampleInput)), 202)
    })
    .delete("/", async (c) => c.json(await removeSample(deps)))
}
