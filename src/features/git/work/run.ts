import type { EngineDeps } from "../../../engines/deps"
import { AppError } from "../../../platform/errors"
import { type GitArguments, GitError, type GitOptions, git } from "../../../platform/git/run"

export type WorkDeps = Pick<EngineDeps, "db" | "config">

/** Time limit of diff and merge. All other commands have 30 seconds. */
export const LONG_MS = 300_000

/** Runs git in the hardened place and returns its output. Throws AppError. */
export async function run(
  deps: WorkDeps,
  dir: string,
  args: GitArguments,
  options: GitOptions = {},
): Promise<Buffer> {
  return (await result(deps, dir, args, options)).stdout
}

export async function text(
  deps: WorkDeps,
  dir: string,
  args: GitArguments,
  options: GitOptions = {},
): Promise<string> {
  return (await run(deps, dir, args, options)).toString()
}

/** Returns git's output, or undefined if it says no with one of these exit codes. */
export async function maybe(
  deps: WorkDeps,
  dir: string,
  args: GitArguments,
  refusals = [1, 128],
): Promise<string | undefined> {
  const { code, stdout } = await result(deps, dir, args, { codes: [0, ...refusals] })
  return code === 0 ? stdout.toString() : undefined
}

export async function result(
  { config }: WorkDeps,
  dir: string,
  args: GitArguments,
  options: GitOptions = {},
) {
  try {
    return await git(dir, config.programEnv, args, options)
  } catch (error) {
    throw error instanceof GitError ? explained(error, dir) : error
  }
}

function explained(error: GitError, dir: string): AppError {
  const details = { repo: dir, stderr: error.stderr.slice(0, 2_000) }
  const fail = (name: AppError["name"], sentence: string) =>
    new AppError(name, sentence, details, { cause: error })
  const lock = /Unable to create '(.+\.lock)': File exists/.exec(error.stderr)?.[1]
  if (lock) {
    const help = `Wait for it; if none runs, delete ${lock}, then try again.`
    return fail("GitConflictError", `Another git process is changing this repository. ${help}`)
  }
  if (/Please tell me who you are|empty ident name|identity/.test(error.stderr)) {
    const help = "Set user.name and user.email with git config, then try again."
    return fail("GitConflictError", `Git doesn't know who commits. ${help}`)
  }
  switch (error.reason) {
    case "not_started":
      return fail("ServiceUnavailableError", `${error.message} Install git, then try again.`)
    case "timeout":
    case "cancelled":
      return fail("AgentTimeoutError", `${error.message} Try again, or on a smaller part.`)
    case "too_large":
      return fail("FileTooLargeError", `${error.message} Ask for one path at a time.`)
    case "failed":
      return fail("GitConflictError", error.message)
  }
}

/** Splits output that has a NUL after each field. */
export function fieldsOf(output: string): string[] {
  const fields = output.split("\0")
  if (fields.at(-1) === "") fields.pop()
  return fields
}
