import type { Watching } from "./schema"
import { FolderWatch } from "./watch"

/** Changes often come together: a sync waits until none came for so long, */
const QUIET_MS = 250
/** but no longer than this, */
const PATIENCE_MS = 1000
/** and rests as long as the last one took, or this at most. */
const REST_MAX_MS = 1000

/** Where changes are not told, looks take a twentieth of the time at most. */
const POLL_MIN_MS = 1000
const POLL_SHARE = 20
/** A folder that is gone, or for which there is no room, is tried again. */
const FAILED_MS = 3000
/** Network drives tell of nothing that others do there. */
const LOOK_MS = 5 * 60_000

type Options = {
  id: string
  watches: boolean
  /** Asks for a sync. */
  ask: () => void
  /** Called when it can't be told of changes any more. */
  onLimit: (error: unknown) => void
}

/** What a process knows of a folder that it keeps: how far its sync is, and when the next is due. */
export class KeptFolder {
  readonly id: string
  /** 0..1; undefined unless a sync is under way or waits for its turn. */
  progress: number | undefined
  /** Whether the next sync also reads what was skipped for its content. */
  recheck = false
  /** The last sync, which never rejects. */
  syncing: Promise<void> | undefined
  readonly #options: Options
  readonly #watch: FolderWatch | undefined
  readonly #ending = new AbortController()
  #due: Timer | undefined
  #changedSince: number | undefined
  #restsUntil = 0
  /** How long it took to see all directories. */
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

  /** Has `sync` look at the folder; the directories that it sees are watched from then on. */
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

  /** The next look, at the latest when it is due anyway. */
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
