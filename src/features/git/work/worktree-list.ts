import { stat } from "node:fs/promises"
import { fieldsOf, text, type WorkDeps } from "./run"

/** A line of `git worktree list`. */
export type WorktreePlace = {
  path: string
  branch: string | null
  head: string | null
  locked: string | null
  vanished: boolean
  /** True for the user's own checkout, which is always listed first. */
  isMain: boolean
}

/** Lists the user's checkout, then all worktrees of a repository. */
export async function listPlaces(deps: WorkDeps, repo: string): Promise<WorktreePlace[]> {
  const listed = await text(deps, repo, ["worktree", "list", "--porcelain", "-z"])
  const places = listed.split("\0\0").filter(Boolean).map(fieldsOf)
  return Promise.all(places.map((fields, at) => fromFields(fields, at === 0)))
}

async function fromFields(fields: string[], isMain: boolean): Promise<WorktreePlace> {
  const values = new Map(fields.map((field) => splitOnce(field)))
  const path = values.get("worktree") ?? ""
  const head = values.get("HEAD") ?? ""
  return {
    path,
    branch: values.get("branch")?.replace(/^refs\/heads\//, "") ?? null,
    head: /^0*$/.test(head) ? null : head,
    locked: values.get("locked") ?? null,
    vanished: !(await stat(path).catch(() => undefined)),
    isMain,
  }
}

function splitOnce(field: string): [string, string] {
  const at = field.indexOf(" ")
  return at < 0 ? [field, ""] : [field.slice(0, at), field.slice(at + 1)]
}
