import { isAbsolute } from "node:path"
import { z } from "zod"

export const repositoryQuery = z.strictObject({
  /** The absolute path of a directory in a work tree. Default: the start directory. */
  repo: z.string().max(4096).refine(isAbsolute, "It must be an absolute path.").optional(),
})

/** The hash of exactly the settings that the user saw. */
export const trustInput = z.strictObject({
  hash: z.string().regex(/^[0-9a-f]{64}$/, "It must be the hash of the current settings."),
})

export type SettingsFile = {
  /** Relative to the work tree's root; absolute for a file above it. */
  path: string
  size: number
  /** The start of the file, with invisible characters escaped. */
  content: string
  /** The number of characters after that. */
  hidden: number
}

/**
 * none: the repository has no settings; ignored: nobody has trusted them; changed: they changed
 * since they were trusted; untrustable: they can't be trusted, see `problems`.
 */
export type TrustState = "none" | "ignored" | "trusted" | "changed" | "untrustable"

/** A repository's settings for Claude Code, and whether they are used. */
export type RepositoryTrust = {
  repo: string
  state: TrustState
  /** The hash of the paths and contents of all `files`. */
  hash: string
  /** Files that Claude Code runs, or takes programs, servers or permissions from. */
  files: SettingsFile[]
  /** Files that only the model reads. They may change without ending the trust. */
  instructions: string[]
  /** One sentence on what the files do once trusted. */
  summary: string
  problems: string[]
  trusted_at: string | null
}
