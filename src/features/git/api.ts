import { Hono } from "hono"
import type { EngineDeps } from "../../engines/deps"
import { actorOf } from "../../platform/actors/actor"
import { readJson, readQuery } from "../../platform/http/validate"
import { repositoryQuery, trustInput } from "./schema"
import { repositoryTrust, trustRepository, withdrawTrust } from "./service"
import { gitWorkApi } from "./work-api"

export function gitApi(deps: EngineDeps): Hono {
  return new Hono()
    .route("/", gitWorkApi(deps))
    .get("/trust", async (c) => {
      const { repo } = readQuery(c, repositoryQuery)
      return c.json(await repositoryTrust(deps, repo))
    })
    .put("/trust", async (c) => {
      const { repo } = readQuery(c, repositoryQuery)
      const { hash } = await readJson(c, trustInput)
      return c.json(await trustRepository(deps, repo, hash, await actorOf(c, deps)))
    })
    .delete("/trust", async (c) => {
      const { repo } = readQuery(c, repositoryQuery)
      await withdrawTrust(deps, repo)
      return c.json({ status: "deleted" })
    })
}
