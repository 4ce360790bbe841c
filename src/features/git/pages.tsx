import { Hono } from "hono"
import { z } from "zod"
import { GitPage } from "../../../views/git/page"
import type { EngineDeps } from "../../engines/deps"
import { actorOf } from "../../platform/actors/actor"
import { readForm } from "../../platform/http/form"
import { frameOf } from "../../platform/http/frame"
import { goTo } from "../../platform/http/go-to"
import { repositoryQuery, trustInput } from "./schema"
import { listRepositories, trustRepository, withdrawTrust } from "./service"

const repoForm = repositoryQuery.required()
const trustForm = z.strictObject({ ...repoForm.shape, ...trustInput.shape })

export function gitPages(deps: EngineDeps): Hono {
  return new Hono()
    .get("/", async (c) => {
      return c.html(GitPage({ repositories: await listRepositories(deps), ...frameOf(c) }))
    })
    .post("/trust", async (c) => {
      const { repo, hash } = await readForm(c, trustForm)
      await trustRepository(deps, repo, hash, await actorOf(c, deps))
      return goTo(c, "/git")
    })
    .post("/withdraw", async (c) => {
      const { repo } = await readForm(c, repoForm)
      await withdrawTrust(deps, repo)
      return goTo(c, "/git")
    })
}
