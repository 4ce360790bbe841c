import { isAbsolute } from "node:path"
import { z } from "zod"
import { syncCounts } from "../../platform/shapes/sync-counts"

export const folderInput = z.strictObject({
  path: z
    .string()
    .max(4096)
    .refine(isAbsolute, "It must be an absolute path, such as /home/you/project."),
  /** Also index files that look like secrets. Omitted: unchanged, or false for a new folder. */
  include_secrets: z.boolean().optional(),
  /** Only returns what a sync would do. */
  dry_run: z.boolean().default(false),
})
export type FolderInput = z.input<typeof folderInput>

export const folderChanges = z.strictObject({ include_secrets: z.boolean() })
export type FolderChanges = z.infer<typeof folderChanges>

const count = z.number().int()

const skippedFile = z.object({ path: z.string(), reason: z.string() })

/** The changes that a sync would make, by path in the folder. Each list has at most 1,000. */
const folderPlan = z.object({
  path: z.string(),
  counts: syncCounts,
  added: z.array(z.string()),
  changed: z.array(z.string()),
  moved: z.array(z.object({ from: z.string(), to: z.string() })),
  removed: z.array(z.string()),
  skipped: z.array(skippedFile),
})
export type FolderPlan = z.infer<typeof folderPlan>

/** How changes are noticed: through the operating system, by polling, or at the next sync only. */
export const watching = z.enum(["events", "polling", "off"])
export type Watching = z.infer<typeof watching>

/** A folder as a client sees it. `progress` is 0..1. */
const folderSchema = z.object({
  id: z.uuid(),
  name: z.string(),
  path: z.string(),
  /** True if files that look like secrets are indexed too. */
  include_secrets: z.boolean(),
  status: z.enum(["syncing", "synced", "failed"]),
  progress: z.number(),
  error: z.string().nullable(),
  watching,
  /** By the state of their documents; `skipped` have none. */
  files: z.object({ indexed: count, processing: count, failed: count, skipped: count }),
  last_sync: syncCounts.nullable(),
  synced_at: z.iso.datetime().nullable(),
  created_at: z.iso.datetime(),
  updated_at: z.iso.datetime(),
})
export type Folder = z.infer<typeof folderSchema>

/** One folder with the first 200 files that are no documents. */
const folderDetailSchema = folderSchema.extend({ skipped: z.array(skippedFile) })
export type FolderDetail = z.infer<typeof folderDetailSchema>
