/** A limited number of slots for concurrent work. */
export type Slots = {
  /**
   * Resolves to a function that returns the slot. Callers wait in order, urgent ones before others.
   * Throws the signal's reason if it aborts.
   */
  take(signal?: AbortSignal, urgent?: boolean): Promise<() => void>
}

export function createSlots(count: number): Slots {
  let free = count
  const waiting: { urgent: boolean; go: () => void }[] = []

  function giveBack(): void {
    const next = waiting.shift()
    if (next) next.go()
    else free += 1
  }

  function turn(signal: AbortSignal | undefined, urgent: boolean): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const leave = () => {
      waiting.splice(waiting.indexOf(caller), 1)
      reject(signal?.reason)
    }
    const go = () => {
      signal?.removeEventListener("abort", leave)
      resolve()
    }
    const caller = { urgent, go }
    const later = waiting.findIndex((other) => urgent && !other.urgent)
    waiting.splice(later < 0 ? waiting.length : later, 0, caller)
    signal?.addEventListener("abort", leave, { once: true })
    return promise
  }

  return {
    async take(signal, urgent = false) {
      signal?.throwIfAborted()
      if (free > 0) free -= 1
      else await turn(signal, urgent)
      return giveBack
    },
  }
}
