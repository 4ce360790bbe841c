import type { DocumentDeps } from "../documents/deps"
import type { FolderKeeper } from "./keeper"

/** What managing folders takes. */
export type FolderDeps = DocumentDeps & { folders: FolderKeeper }
