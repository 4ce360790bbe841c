import { AppError } from "../../../platform/errors"
import { maybe, type WorkDeps } from "./run"

export const NO_COMMIT = "0".repeat(40)

function badRef(ref: string, sentence: string): AppError {
  return new AppError("InvalidGitRefError", sentence, { ref: ref.slice(0, 200) })
}

/** Returns the full name of a branch. Throws InvalidGitRefError for what can't name one. */
export async function branchRef(deps: WorkDeps, repo: string, name: string): Promise<string> {
  const ref = `refs/heads/${name}`
  const isHidden =
    name.startsWith("-") || name === "HEAD" || name === "@" || name.startsWith("refs/")
  const isName = !isHidden && !name.includes("@{")
  if (isName && (await maybe(deps, repo, ["check-ref-format", ref])) !== undefined) return ref
  throw badRef(name, `“${name.slice(0, 100)}” can't be the name of a branch.`)
}

/** Returns the commit that a branch, tag, HEAD or hash names. Throws InvalidGitRefError. */
export async function commitOf(deps: WorkDeps, repo: string, ref: string): Promise<string> {
  // Only plain names and hashes: no ranges, no `@{…}`, no options, no paths.
  const isHash = /^[0-9a-f]{7,64}$/.test(ref)
  if (ref !== "HEAD" && !isHash) await branchRef(deps, repo, ref)
  for (const full of ref === "HEAD" ? ["HEAD"] : [`refs/heads/${ref}`, ref]) {
    const found = await maybe(deps, repo, [
      ...(["rev-parse", "--verify", "--quiet"] as const),
      ...["--end-of-options", `${full}^{commit}`],
    ])
    if (found) return found.trim()
  }
  throw badRef(ref, `There is no branch, tag or commit “${ref.slice(0, 100)}” in ${repo}.`)
}

/** Returns the commit of a branch. Throws InvalidGitRefError if there is no such branch. */
export async function tipOf(deps: WorkDeps, repo: string, name: string): Promise<string> {
  const tip = await findTip(deps, repo, name)
  if (tip) return tip
  throw badRef(name, `There is no branch “${name.slice(0, 100)}” in ${repo}.`)
}

export async function findTip(deps: WorkDeps, repo: string, name: string) {
  const ref = await branchRef(deps, repo, name)
  return (await maybe(deps, repo, ["rev-parse", "--verify", "--quiet", ref]))?.trim()
}

/** Returns the branch that is checked out, or null if HEAD is a commit. */
export async function currentBranch(deps: WorkDeps, dir: string): Promise<string | null> {
  const name = await maybe(deps, dir, ["symbolic-ref", "--quiet", "HEAD"])
  return name?.trim().replace(/^refs\/heads\//, "") ?? null
}
