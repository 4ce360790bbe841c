import type { DocumentDeps } from "../documents/deps"
import type { FolderKeeper } from "./keeper"

/** What the folders feature needs. */
export type FolderDeps = DocumentDeps & { folders: FolderKeeper }
