import type { FolderDeps } from "./features/folders/deps"
import type { OpenAiDeps } from "./features/openai/deps"
import type { RunDeps } from "./features/runs/leases/supervisor"

/**
 * All dependencies of the server, wired in server.ts and passed down. Modules keep no state of
 * their own, so two servers can run in one process. Each layer asks only for its own part.
 */
export type Deps = OpenAiDeps & FolderDeps & RunDeps
