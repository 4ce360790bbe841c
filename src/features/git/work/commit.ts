import { AppError } from "../../../platform/errors"
import { commitOf, currentBranch } from "./refs"
import type { Place } from "./repositories"
import { run, type WorkDeps } from "./run"
import type { Commit } from "./schema"
import { readStatus } from "./status"
import { requireWorktree } from "./worktrees"

/** Commits everything that changed in a worktree. Throws GitConflictError if nothing has. */
export async function commitAll(
  deps: WorkDeps,
  place: Place,
  { path, message }: { path: string; message: string },
): Promise<Commit> {
  const { path: dir } = await requireWorktree(deps, place, path)
  const { files } = await readStatus(deps, { dir })
  if (files.length === 0) {
    throw new AppError("GitConflictError", `There is nothing to commit in ${dir}.`, { path: dir })
  }
  const unmerged = files.filter(({ status }) => /U|AA|DD/.test(status)).map((file) => file.path)
  if (unmerged.length > 0) {
    const sentence = `Resolve the conflicts first: ${unmerged.slice(0, 5).join(", ")}.`
    throw new AppError("GitConflictError", sentence, { path: dir, files: unmerged })
  }
  await run(deps, dir, ["add", "--all"], { timeout_ms: 120_000 })
  await run(deps, dir, ["commit", "--quiet", "--cleanup=whitespace", `--message=${message}`])
  const branch = await currentBranch(deps, dir)
  return { path: dir, branch, commit: await commitOf(deps, dir, "HEAD") }
}
