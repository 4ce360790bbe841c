import { type FSWatcher, watch } from "node:fs"
import { basename, join } from "node:path"

/**
 * Watches directories. Add each before listing it, so that no change is missed. Uses one handle per
 * directory, and doesn't say what changed: the listener scans everything again.
 */
export class FolderWatch {
  readonly #watchers = new Map<string, FSWatcher>()
  #failed = false

  /** Calls `onLimit` once if there are too many directories for the operating system. */
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
      // It was removed meanwhile, and its parent reports that.
      if (code !== "ENOSPC" && code !== "EMFILE" && code !== "ENFILE") return
      this.close()
      this.#failed = true
      this.onLimit(error)
    }
  }

  retain(directories: ReadonlySet<string>): void {
    for (const directory of this.#watchers.keys()) {
      if (!directories.has(directory)) this.#forget(directory)
    }
  }

  close(): void {
    for (const directory of this.#watchers.keys()) this.#forget(directory)
  }

  /** A handle follows what was moved away, so the new owner of a name needs a new watcher. */
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
