import { jsonb, text } from "drizzle-orm/pg-core"
import type { Way } from "../../shapes/actor"
import { amelia, createdAt, timestamptz, updatedAt } from "../columns"

/** Repositories that Claude Code worked in, or whose settings someone trusted. */
export const gitRepositories = amelia.table("git_repositories", {
  /** Real path of the work tree's root. */
  path: text().primaryKey(),
  /** Hash of the trusted settings; null if none are trusted. */
  trustedHash: text(),
  /** Paths of those settings files. */
  trustedFiles: jsonb().$type<string[]>(),
  trustedAt: timestamptz(),
  trustedBy: text().$type<Way>(),
  createdAt: createdAt(),
  updatedAt: updatedAt(),
})
export type GitRepositoryRow = typeof gitRepositories.$inferSelect
