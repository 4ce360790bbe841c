import type { Watching } from "./schema"
import { FolderWatch } from "./watch"

/** A sync starts after this long without a change, since changes often come together, */
const QUIET_MS = 250
/** but at most this long after the first, */
const PATIENCE_MS = 1000
/** and after a pause as long as the last sync took, up to this. */
const REST_MAX_MS = 1000

/** Polling takes at most a twentieth of the time. */
const POLL_MIN_MS = 1000
const POLL_SHARE = 20
/** Time until a failed sync is retried. */
const FAILED_MS = 3000
/** Time between syncs of a watched folder: network drives don't report others' changes. */
const LOOK_MS = 5 * 60_000

type Options = {
  id: string
  watches: boolean
  ask: () => void
  /** Called when the folder can no longer be watched. */
  onLimit: (error: unknown) => void
}

/** A folder's state in this process: the progress of its sync, and when the next is due. */
export class KeptFolder {
  readonly id: string
  /** From 0 to 1; undefined unless a sync is running or queued. */
  progress: number | undefined
  /** True if the next sync also reads files that were skipped because of their content. */
  recheck = false
  /** The last sync, which never rejects. */
  syncing: Promise<void> | undefined
  readonly #options: Options
  readonly #watch: FolderWatch | undefined
  readonly #ending = new AbortController()
  #due: Timer | undefined
  #changedSince: number | undefined
  #restsUntil = 0
  /** How long the last scan of all directories took. */
  #scan_ms = 0
  #failed = false

  constructor(options: Options) {
    this.id = options.id
    this.#options = options
    if (options.watches) this.#watch = new FolderWatch(() => this.#hear(), options.onLimit)
  }

  get signal(): AbortSignal {
    return this.#ending.signal
  }

  get watching(): Watching {
    if (!this.#watch) return "off"
    return this.#watch.works ? "events" : "polling"
  }

  /** Runs `sync`, and watches the directories that it reports. */
  async look<T>(
    sync: (looking: {
      signal: AbortSignal
      onDirectory: (directory: string) => void
    }) => Promise<T>,
  ): Promise<T> {
    const begun = performance.now()
    const seen = new Set<string>()
    const onDirectory = (directory: string) => {
      this.#scan_ms = performance.now() - begun
      seen.add(directory)
      this.#watch?.add(directory)
    }
    this.#failed = true
    try {
      const result = await sync({ signal: this.signal, onDirectory })
      this.#watch?.retain(seen)
      this.#failed = false
      return result
    } finally {
      const now = performance.now()
      this.#restsUntil = now + Math.min(now - begun, REST_MAX_MS)
      this.#plan()
    }
  }

  close(): void {
    this.#ending.abort()
    clearTimeout(this.#due)
    this.#watch?.close()
  }

  #hear(): void {
    this.#changedSince ??= performance.now()
    this.#plan()
  }

  #plan(): void {
    clearTimeout(this.#due)
    if (!this.#watch || this.signal.aborted) return
    this.#due = setTimeout(() => {
      this.#changedSince = undefined
      this.#options.ask()
    }, this.#wait_ms())
  }

  #wait_ms(): number {
    const now = performance.now()
    if (this.#changedSince !== undefined) {
      const patience = this.#changedSince + PATIENCE_MS - now
      return Math.max(0, Math.min(QUIET_MS, patience), this.#restsUntil - now)
    }
    if (this.#failed) return FAILED_MS
    return this.watching === "events" ? LOOK_MS : Math.max(POLL_MIN_MS, this.#scan_ms * POLL_SHARE)
  }
}
