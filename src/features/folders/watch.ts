import { type FSWatcher, watch } from "node:fs"
import { basename, join } from "node:path"

/**
 * Hears of changes in directories, which are added one by one before they are listed, so that
 * nothing falls between the two. One handle of the operating system for each, and none for files.
 * What changed is not told: whoever is told looks at the whole again.
 */
export class FolderWatch {
  readonly #watchers = new Map<string, FSWatcher>()
  #failed = false

  /** `onLimit` is called once, when there are too many for the operating system. */
  constructor(
    private readonly onChange: () => void,
    private readonly onLimit: (error: unknown) => void,
  ) {}

  get works(): boolean {
    return !this.#failed
  }

  add(directory: string): void {
    if (this.#failed || this.#watchers.has(directory)) return
    try {
      const watcher = watch(directory, (type, name) => this.#hear(directory, type, name))
      watcher.on("error", () => this.#forget(directory))
      this.#watchers.set(directory, watcher)
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      // It went while we looked; what it went from tells.
      if (code !== "ENOSPC" && code !== "EMFILE" && code !== "ENFILE") return
      this.close()
      this.#failed = true
      this.onLimit(error)
    }
  }

  /** Leaves all other directories. */
  retain(directories: ReadonlySet<string>): void {
    for (const directory of this.#watchers.keys()) {
      if (!directories.has(directory)) this.#forget(directory)
    }
  }

  close(): void {
    for (const directory of this.#watchers.keys()) this.#forget(directory)
  }

  /** A handle stays with what was moved away, so what has a name now must be watched anew. */
  #hear(directory: string, type: string, name: string | null): void {
    if (type === "rename" && name !== null) {
      const moved =
        name === basename(directory) ? [directory, join(directory, name)] : [join(directory, name)]
      for (const path of this.#watchers.keys()) {
        if (moved.some((it) => path === it || path.startsWith(`${it}/`))) this.#forget(path)
      }
    }
    this.onChange()
  }

  #forget(directory: string): void {
    this.#watchers.get(directory)?.close()
    this.#watchers.delete(directory)
  }
}
