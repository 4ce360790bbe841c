import type { DocumentDeps } from "../documents/deps"
import type { FolderKeeper } from "./keeper"

export type FolderDeps = DocumentDeps & { folders: FolderKeeper }
