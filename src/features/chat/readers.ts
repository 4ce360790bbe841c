/** How long an answer goes on after the last page has left: a reload comes back within that. */
const LEFT_MS = 500

/**
 * The pages that show an answer while it is written. An answer that a page has asked for ends when
 * the last of them has left. One that a program has asked for doesn't depend on them.
 */
export class Readers {
  #count = 0
  #isOwner = false
  #expectedUntil = 0
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(private readonly stop: () => void) {}

  /** Makes the answer depend on its readers, and waits this long for the first. */
  own(ms: number): void {
    this.#isOwner = true
    this.expect(ms)
  }

  /** Waits this long for a page that has been loaded, if none shows the answer. */
  expect(ms: number): void {
    this.#expectedUntil = performance.now() + ms
    if (this.#count === 0) this.#wait(ms)
  }

  /** Returns a function to call when the reader leaves. */
  join(): () => void {
    this.#count += 1
    this.#expectedUntil = 0
    clearTimeout(this.#timer)
    let isHere = true
    return () => {
      if (!isHere) return
      isHere = false
      this.#count -= 1
      const expected = this.#expectedUntil - performance.now()
      if (this.#count === 0) this.#wait(Math.max(LEFT_MS, expected))
    }
  }

  /** Call when the answer has ended. */
  close(): void {
    this.#isOwner = false
    clearTimeout(this.#timer)
  }

  #wait(ms: number): void {
    clearTimeout(this.#timer)
    if (this.#isOwner) this.#timer = setTimeout(this.stop, ms)
  }
}
