import { AppError } from "../../../platform/errors"
import { fieldsOf, text, type WorkDeps } from "../work/run"
import type { FileStatus, Rescue, RescueFiles } from "../work/schema"

const ROOT = "refs/amelia/rescue"

/** The JSON in a rescue's commit message. */
export type RescueNote = Omit<Rescue, "id" | "ref" | "commit" | "created_at"> & {
  /** The tree of the index; null if it had conflicts or there was none. */
  index: string | null
}
type Kept = Rescue & RescueNote

/** Lists rescues, newest first. */
export async function listRescues(deps: WorkDeps, repo: string): Promise<Rescue[]> {
  return (await listKept(deps, repo)).map(shown)
}

export async function readRescue(deps: WorkDeps, repo: string, id: string): Promise<RescueFiles> {
  const rescue = await requireRescue(deps, repo, id)
  return { ...shown(rescue), files: await changesIn(deps, repo, rescue) }
}

/** Throws NotFoundError. */
export async function requireRescue(deps: WorkDeps, repo: string, id: string): Promise<Kept> {
  const found = (await listKept(deps, repo)).find((rescue) => rescue.id === id)
  if (found) return found
  const sentence = `There is no rescue ${id.slice(0, 100)} in ${repo}.`
  throw new AppError("NotFoundError", sentence, { id: id.slice(0, 100) })
}

/** Returns the name of a run's next rescue. Another may take it first. */
export async function nextRef(deps: WorkDeps, repo: string, run: string) {
  const names = await text(deps, repo, [
    "for-each-ref",
    "--format=%(refname:lstrip=-1)",
    `${ROOT}/${run}/`,
  ])
  const numbers = names.split("\n").map(Number).filter(Number.isSafeInteger)
  const number = Math.max(0, ...numbers) + 1
  return { id: `${run}.${number}`, ref: `${ROOT}/${run}/${number}` }
}

async function listKept(deps: WorkDeps, repo: string): Promise<Kept[]> {
  const parts = ["%(refname)", "%(objectname)", "%(committerdate:iso-strict)", "%(contents:body)"]
  const format = `--format=${parts.join("%00")}%00`
  const listed = await text(deps, repo, ["for-each-ref", format, `${ROOT}/`])
  const fields = listed.split("\0")
  const found: Kept[] = []
  for (let at = 0; at + parts.length < fields.length; at += parts.length) {
    const [refname = "", commit = "", date = "", body = ""] = fields.slice(at, at + parts.length)
    const note = parseNote(body)
    const ref = refname.trim()
    const id = ref.slice(ROOT.length + 1).replace("/", ".")
    if (note) found.push({ ...note, id, ref, commit, created_at: new Date(date).toISOString() })
  }
  const number = ({ id }: Kept) => Number(id.split(".").at(-1))
  const newer = (a: Kept, b: Kept) => b.created_at.localeCompare(a.created_at)
  return found.sort((a, b) => newer(a, b) || number(b) - number(a))
}

/** Returns undefined for a ref that is none of ours. */
function parseNote(body: string): RescueNote | undefined {
  try {
    const note = JSON.parse(body)
    return typeof note?.reason === "string" ? note : undefined
  } catch {
    return undefined
  }
}

function shown({ index: _, ...rescue }: Kept): Rescue {
  return rescue
}

/** The files that differ from the commit that was checked out. */
export async function changesIn(
  deps: WorkDeps,
  repo: string,
  { commit, head }: Pick<Rescue, "commit" | "head">,
): Promise<FileStatus[]> {
  if (!head) {
    const listed = await text(deps, repo, ["ls-tree", "-r", "-z", "--name-only", commit])
    return fieldsOf(listed).map((path) => ({ path, status: "A" }))
  }
  const flags = ["-r", "-z", "--no-renames", "--name-status"]
  const fields = fieldsOf(await text(deps, repo, ["diff-tree", ...flags, head, commit]))
  const files: FileStatus[] = []
  for (let at = 0; at + 1 < fields.length; at += 2) {
    files.push({ status: fields[at] ?? "", path: fields[at + 1] ?? "" })
  }
  return files
}
