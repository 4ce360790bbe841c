import { commitOf } from "./refs"
import type { Place } from "./repositories"
import { fieldsOf, text, type WorkDeps } from "./run"
import type { FileStatus, LogEntry, Status } from "./schema"

/** Reads the state of a checkout or worktree, see `--porcelain=v2` in git-status(1). */
export async function readStatus(deps: WorkDeps, { dir }: Pick<Place, "dir">): Promise<Status> {
  const args = ["--porcelain=v2", "-z", "--branch", "--untracked-files=all"]
  const fields = fieldsOf(await text(deps, dir, ["status", ...args]))
  const status: Status = { branch: null, head: null, ahead: 0, behind: 0, files: [] }
  for (let i = 0; i < fields.length; i++) {
    const field = fields[i] ?? ""
    if (field.startsWith("# ")) readHeader(status, field)
    // A renamed file has its old path in the next field.
    else status.files.push(fileIn(field, field.startsWith("2 ") ? fields[++i] : undefined))
  }
  return status
}

function readHeader(status: Status, header: string): void {
  const [, name, ...rest] = header.split(" ")
  const value = rest.join(" ")
  if (name === "branch.oid" && value !== "(initial)") status.head = value
  if (name === "branch.head" && value !== "(detached)") status.branch = value
  if (name !== "branch.ab") return
  const [ahead = "0", behind = "0"] = rest
  status.ahead = Number(ahead)
  status.behind = Math.abs(Number(behind))
}

/** The number of fields before the path, by the kind of entry. */
const before: Record<string, number> = { 1: 8, 2: 9, u: 10, "?": 1 }

function fileIn(field: string, old_path: string | undefined): FileStatus {
  const [kind = "", state = ""] = field.split(" ")
  const path = field.split(" ").slice(before[kind]).join(" ")
  const status = kind === "?" ? "??" : state
  return old_path === undefined ? { path, status } : { path, status, old_path }
}

const LOG_FIELDS = ["%H", "%P", "%an", "%ae", "%aI", "%s", "%b"]

/** Lists the newest commits that a branch, tag or commit has. Throws InvalidGitRefError. */
export async function readLog(
  deps: WorkDeps,
  { dir }: Place,
  { ref, limit }: { ref: string; limit: number },
): Promise<LogEntry[]> {
  const commit = await commitOf(deps, dir, ref)
  const format = `--format=tformat:${LOG_FIELDS.join("%x00")}%x00`
  const fields = (
    await text(deps, dir, ["log", `--max-count=${limit}`, format, commit, "--"])
  ).split("\0")
  const entries: LogEntry[] = []
  for (let i = 0; i + LOG_FIELDS.length < fields.length + 0; i += LOG_FIELDS.length) {
    const [hash = "", parents = "", author = "", email = "", date = "", subject = "", body = ""] =
      fields.slice(i, i + LOG_FIELDS.length)
    entries.push({
      ...{ commit: hash.trim(), parents: parents.split(" ").filter(Boolean), author, email, date },
      ...{ subject, body: body.trim() },
    })
  }
  return entries
}
