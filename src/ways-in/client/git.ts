import type {
  Branch,
  Diff,
  NewWorktree,
  Pruned,
  Removed,
  Rescue,
  RescueFiles,
  Restored,
  Worktree,
} from "../../features/git/work/schema"
import { type Endpoint, json, route } from "./http"

type DiffOptions = { from?: string; to?: string; path?: string; page?: number }

/** `repo` is the absolute path of a repository, or of one of its worktrees. */
export function gitClient(endpoint: Endpoint) {
  const get = <T>(path: string, repo: string, query = {}) =>
    json<T>(endpoint, `/api/git${path}`, { query: { repo, ...query } })
  const change = <T>(method: "POST" | "DELETE", path: string, repo: string, body: unknown) =>
    json<T>(endpoint, `/api/git${path}`, { method, query: { repo }, body })
  return {
    listBranches: (repo: string) => get<Branch[]>("/branches", repo),
    createBranch: (repo: string, body: { name: string; from?: string }) =>
      change<Branch>("POST", "/branches", repo, body),
    removeBranch: (repo: string, body: { name: string; force?: boolean }) =>
      change<Removed>("DELETE", "/branches", repo, body),
    listWorktrees: (repo: string) => get<Worktree[]>("/worktrees", repo),
    addWorktree: (repo: string, body: { branch: string; base?: string }) =>
      change<NewWorktree>("POST", "/worktrees", repo, body),
    removeWorktree: (repo: string, body: { path: string; force?: boolean }) =>
      change<Removed>("DELETE", "/worktrees", repo, body),
    pruneWorktrees: (repo: string) => change<Pruned[]>("POST", "/worktrees/prune", repo, {}),
    readDiff: (repo: string, options: DiffOptions = {}) => get<Diff>("/diff", repo, options),
    listRescues: (repo: string) => get<Rescue[]>("/rescues", repo),
    readRescue: (repo: string, id: string) => get<RescueFiles>(route`/rescues/${id}`, repo),
    restoreRescue: (repo: string, id: string, path?: string) =>
      change<Restored>("POST", route`/rescues/${id}/restore`, repo, { path }),
  }
}
