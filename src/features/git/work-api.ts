import { Hono } from "hono"
import type { EngineDeps } from "../../engines/deps"
import { actorOf } from "../../platform/actors/actor"
import { AppError } from "../../platform/errors"
import { readJson, readOptionalJson, readQuery } from "../../platform/http/validate"
import { pruneWorktrees, removeBranch, removeWorktree } from "./rescue/remove"
import { listRescues, readRescue } from "./rescue/rescues"
import { restoreRescue } from "./rescue/restore"
import { createBranch, listBranches } from "./work/branches"
import { commitAll } from "./work/commit"
import { readDiff } from "./work/diff"
import { mergeBranch } from "./work/merge"
import { addRepository, listRepositories, requirePlace } from "./work/repositories"
import * as input from "./work/schema"
import { readLog, readStatus } from "./work/status"
import { addWorktree, listWorktrees } from "./work/worktrees"

type Asked = Parameters<typeof readQuery>[0]

/** Routes that read and change known repositories. */
export function gitWorkApi(deps: EngineDeps): Hono {
  const placeOf = (c: Asked) => requirePlace(deps, readQuery(c, input.placeQuery).repo)
  return new Hono()
    .route("/", gitReadApi(deps))
    .post("/repositories", async (c) => {
      const { path } = await readJson(c, input.repositoryInput)
      return c.json(await addRepository(deps, path, await actorOf(c, deps)), 201)
    })
    .post("/branches", async (c) => {
      const given = await readJson(c, input.branchInput)
      return c.json(await createBranch(deps, await placeOf(c), given), 201)
    })
    .delete("/branches", async (c) => {
      const given = await readJson(c, input.branchRemoval)
      return c.json(await removeBranch(deps, await placeOf(c), given))
    })
    .post("/worktrees", async (c) => {
      const given = await readJson(c, input.worktreeInput)
      return c.json(await addWorktree(deps, await placeOf(c), given), 201)
    })
    .delete("/worktrees", async (c) => {
      const given = await readJson(c, input.worktreeRemoval)
      return c.json(await removeWorktree(deps, await placeOf(c), given))
    })
    .post("/worktrees/prune", async (c) => {
      await readOptionalJson(c, input.nothing)
      return c.json(await pruneWorktrees(deps, await placeOf(c)))
    })
    .post("/commit", async (c) => {
      const given = await readJson(c, input.commitInput)
      return c.json(await commitAll(deps, await placeOf(c), given), 201)
    })
    .post("/merge", async (c) => {
      const given = await readJson(c, input.mergeInput)
      return c.json(await mergeBranch(deps, await placeOf(c), given))
    })
    .post("/rescues/:id/restore", async (c) => {
      const { path } = await readOptionalJson(c, input.restoreInput)
      return c.json(await restoreRescue(deps, await placeOf(c), rescueId(c), path), 201)
    })
}

function gitReadApi(deps: EngineDeps): Hono {
  const placeOf = (c: Asked) => requirePlace(deps, readQuery(c, input.placeQuery).repo)
  return new Hono()
    .get("/repositories", async (c) => c.json(await listRepositories(deps)))
    .get("/branches", async (c) => c.json(await listBranches(deps, await placeOf(c))))
    .get("/worktrees", async (c) => c.json(await listWorktrees(deps, await placeOf(c))))
    .get("/status", async (c) => c.json(await readStatus(deps, await placeOf(c))))
    .get("/log", async (c) => {
      const { repo, ...asked } = readQuery(c, input.logQuery)
      return c.json(await readLog(deps, await requirePlace(deps, repo), asked))
    })
    .get("/diff", async (c) => {
      const { repo, ...asked } = readQuery(c, input.diffQuery)
      return c.json(await readDiff(deps, await requirePlace(deps, repo), asked))
    })
    .get("/rescues", async (c) => {
      return c.json(await listRescues(deps, (await placeOf(c)).repo))
    })
    .get("/rescues/:id", async (c) => {
      return c.json(await readRescue(deps, (await placeOf(c)).repo, rescueId(c)))
    })
}

function rescueId(c: Asked): string {
  const id = c.req.param("id") ?? ""
  if (input.rescueId.safeParse(id).success) return id
  const help = "Ids of rescues look like manual.3."
  throw new AppError("NotFoundError", `There is no rescue “${id.slice(0, 100)}”.`, { id, help })
}
