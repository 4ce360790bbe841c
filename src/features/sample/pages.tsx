import { Hono } from "hono"
import { z } from "zod"
import { goTo } from "../../platform/http/go-to"
import { readForm } from "../../platform/http/validate"
import type { RunDeps } from "../runs/leases/supervisor"
import { startSample } from "./service"

export function samplePages(deps: RunDeps): Hono {
  return new Hono().post("/", async (c) => {
    await readForm(c, z.object({}))
    const { run } = await startSample(deps, { again: false })
    return goTo(c, `/runs/${run.id}`)
  })
}
