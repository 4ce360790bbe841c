import type { ChatDeps } from "./features/chat/deps"
import type { FolderDeps } from "./features/folders/deps"
import type { RunDeps } from "./features/runs/leases/supervisor"

/**
 * Everything the server is made of, wired in server.ts and handed down. Modules keep no state of
 * their own, so two servers can live in one process. Each floor asks only for its own part.
 */
export type Deps = ChatDeps & FolderDeps & RunDeps
