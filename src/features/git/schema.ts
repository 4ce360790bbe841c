import { isAbsolute } from "node:path"
import { z } from "zod"

export const repositoryQuery = z.strictObject({
  /** The absolute path of a directory in a work tree; that of the start directory without. */
  repo: z.string().max(4096).refine(isAbsolute, "It must be an absolute path.").optional(),
})

/** The hash of exactly what one has seen. */
export const trustInput = z.strictObject({
  hash: z.string().regex(/^[0-9a-f]{64}$/, "It must be the hash of the settings as they are now."),
})

export type SettingsFile = {
  /** From the root of the work tree; absolute for a file above it. */
  path: string
  size: number
  /** Its beginning, with invisible characters written out. */
  content: string
  /** Characters after that. */
  hidden: number
}

/**
 * none: the repository has no settings; ignored: nobody has trusted them; changed: they are not the
 * ones that were trusted; untrustable: they can't be, see `problems`.
 */
export type TrustState = "none" | "ignored" | "trusted" | "changed" | "untrustable"

/** What a repository brings along for Claude Code, and whether that is used. */
export type RepositoryTrust = {
  repo: string
  state: TrustState
  /** Over the paths and contents of all `files`. */
  hash: string
  /** What Claude Code runs, or takes programs, servers and permissions from. */
  files: SettingsFile[]
  /** Files that are only read to the model. They may change without ending the trust. */
  instructions: string[]
  /** What they do once trusted, in one sentence. */
  summary: string
  /** Why they can't be trusted. */
  problems: string[]
  trusted_at: string | null
}
