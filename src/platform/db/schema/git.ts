import { jsonb, text } from "drizzle-orm/pg-core"
import type { Way } from "../../shapes/actor"
import { amelia, createdAt, moment, updatedAt } from "../columns"

/** Repositories that sessions of Claude Code worked in or whose settings someone trusted. */
export const gitRepositories = amelia.table("git_repositories", {
  /** The real path of the work tree's root. */
  path: text().primaryKey(),
  /** The hash of the settings that are trusted; null if none are. */
  trustedHash: text(),
  /** The paths of those files. */
  trustedFiles: jsonb().$type<string[]>(),
  trustedAt: moment(),
  trustedBy: text().$type<Way>(),
  createdAt: createdAt(),
  updatedAt: updatedAt(),
})
export type GitRepositoryRow = typeof gitRepositories.$inferSelect
