import type { Watching } from "./schema"

/** Keeps folders in step with the disk, in the background and one after another. */
export type FolderKeeper = {
  /** Whose folders this process keeps, where several have one database. */
  name: string
  /** Watches all folders from now on, each with a sync for what changed before. */
  start(): Promise<void>
  /** Begins a sync; `recheck` also reads what was skipped for its content. */
  sync(id: string, recheck: boolean): void
  /** `progress` is undefined unless a sync is under way or waits for its turn. */
  stateOf(id: string): { progress: number | undefined; watching: Watching }
  /** Ends what is done for a folder that is to be removed. */
  leave(id: string): Promise<void>
  close(): Promise<void>
}
