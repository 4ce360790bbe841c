import { isAbsolute } from "node:path"
import { z } from "zod"

const ref = z.string().min(1).max(250)
const absolute = z.string().max(4096).refine(isAbsolute, "It must be an absolute path.")
const flag = z.boolean().default(false)

export const nothing = z.strictObject({})
export const placeQuery = z.strictObject({ repo: absolute.optional() })
export const repositoryInput = z.strictObject({ path: absolute })
export const branchInput = z.strictObject({ name: ref, from: ref.default("HEAD") })
export const branchRemoval = z.strictObject({ name: ref, force: flag })
export const worktreeInput = z.strictObject({
  branch: ref,
  path: absolute.optional(),
  /** Where a new branch starts. Default: HEAD of the user's checkout. */
  base: ref.optional(),
})
export type WorktreeInput = z.output<typeof worktreeInput>
export const worktreeRemoval = z.strictObject({ path: absolute, force: flag })
export const commitInput = z.strictObject({
  path: absolute,
  message: z.string().trim().min(1).max(20_000),
})
export const mergeInput = z.strictObject({ branch: ref, into: ref })
export const logQuery = z.strictObject({
  ...placeQuery.shape,
  ref: ref.default("HEAD"),
  limit: z.coerce.number().int().min(1).max(200).default(50),
})
export const diffQuery = z.strictObject({
  ...placeQuery.shape,
  from: ref.optional(),
  to: ref.optional(),
  path: z.string().min(1).max(4096).optional(),
  page: z.coerce.number().int().min(1).default(1),
})
export type DiffQuery = z.output<typeof diffQuery>

export type Repository = {
  path: string
  /** Null if HEAD is not a branch. */
  branch: string | null
}

export type Branch = {
  name: string
  head: string
  /** Commits that the user's checkout doesn't have. */
  ahead: number
  /** Commits of the user's checkout that the branch doesn't have. */
  behind: number
  /** True if the checkout has its changes, also by a squash merge or a rebase. */
  merged: boolean
  /** The path of the worktree that has it checked out. */
  worktree: string | null
  /** True if the user's own checkout is on it. */
  current: boolean
}

/** A program that works in a directory. */
export type Occupant = { pid: number; name: string }

export type Worktree = {
  path: string
  /** Null if HEAD is not a branch. */
  branch: string | null
  /** Null if its branch has no commit. */
  head: string | null
  dirty: boolean
  /** The reason for the lock, perhaps empty; null if it isn't locked. */
  locked: string | null
  /** True if the directory is gone. */
  vanished: boolean
  processes: Occupant[]
  run_id: string | null
}
export type NewWorktree = {
  path: string
  branch: string
  head: string
  /** The branch, tag or commit that it was made from. */
  base: string
}

export type FileStatus = { path: string; status: string; old_path?: string }
export type Status = {
  branch: string | null
  head: string | null
  /** Commits that the upstream doesn't have, and the other way; 0 without an upstream. */
  ahead: number
  behind: number
  files: FileStatus[]
}

export type LogEntry = {
  commit: string
  parents: string[]
  author: string
  email: string
  date: string
  subject: string
  body: string
}

export type Hunk = {
  old_start: number
  old_lines: number
  new_start: number
  new_lines: number
  /** What git found to name the place, such as a function. */
  heading: string
  /** Each line begins with a space, `+`, `-` or `\`. */
  lines: string[]
}
export const fileChanges = {
  A: "added",
  C: "copied",
  D: "deleted",
  M: "modified",
  R: "renamed",
  T: "type_changed",
  U: "unmerged",
} as const
export type DiffFile = {
  path: string
  old_path: string | null
  status: (typeof fileChanges)[keyof typeof fileChanges]
  /** Null for binary files. */
  additions: number | null
  deletions: number | null
  binary: boolean
  submodule: boolean
  hunks: Hunk[]
}
export type Diff = { files: DiffFile[]; lines: number; page: number; pages: number }

export type Commit = { path: string; branch: string | null; commit: string }
export type Merge = {
  branch: string
  into: string
  commit: string
  how: "already_merged" | "fast_forward" | "merge_commit"
}

export const rescueId = z.string().regex(/^[\w-]{1,64}\.\d{1,9}$/)
export const restoreInput = z.strictObject({ path: absolute.optional() })

/** A snapshot that was made before something could get lost. */
export type Rescue = {
  /** As in `manual.3`. */
  id: string
  ref: string
  commit: string
  created_at: string
  /** The operation that the rescue was made before. */
  reason: string
  /** The worktree's path. */
  path: string
  branch: string | null
  /** The commit that was checked out. */
  head: string | null
  /** Ignored files that were left out: large ones, and those that a package manager can bring back. */
  skipped: number
}
export type RescueFiles = Rescue & { files: FileStatus[] }
export type Restored = { path: string; head: string; rescue: string }
/** `rescue` is the id of the snapshot that was made first. */
export type Removed = { status: "deleted"; rescue: string | null }
export type Pruned = { path: string; rescue: string | null }
