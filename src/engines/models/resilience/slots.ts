/** A limited number of slots for concurrent calls. Callers wait in order. */
export type Slots = {
  /** Resolves to a function that returns the slot. Throws the signal's reason if it aborts. */
  take(signal: AbortSignal): Promise<() => void>
}

export function createSlots(count: number): Slots {
  let free = count
  const waiting = new Set<() => void>()

  function giveBack() {
    const [first] = waiting
    if (first) first()
    else free += 1
  }

  function turn(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const end = () => {
        waiting.delete(go)
        signal.removeEventListener("abort", leave)
      }
      const go = () => {
        end()
        resolve()
      }
      const leave = () => {
        end()
        reject(signal.reason)
      }
      waiting.add(go)
      signal.addEventListener("abort", leave)
    })
  }

  return {
    async take(signal) {
      signal.throwIfAborted()
      if (free > 0) free -= 1
      else await turn(signal)
      return giveBack
    },
  }
}
