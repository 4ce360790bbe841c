import { createSlots } from "../../platform/async/slots"

type Reservation = { runId: string | undefined; usd: number }

export type Reserved = {
  /** Frees the reservation of a call that won't be recorded. */
  free(): void
  /** Records a call and frees its reservation in one turn, so that no sum counts it twice. */
  settle<T>(record: () => Promise<T>): Promise<T>
}

/** The most that this process's calls in progress may still cost. */
export type Reservations = {
  /** Resolves to a function that ends the turn. A sum is exact only within a turn. */
  turn(signal: AbortSignal): Promise<() => void>
  /** Returns USD of all calls, or of a run's. */
  sum(runId?: string): number
  reserve(reservation: Reservation): Reserved
  /** Resolves when the next reservation is freed. */
  freed(): Promise<void>
  /** True the first time that it is called for a run. */
  isFirst(runId: string): boolean
}

export function createReservations(): Reservations {
  const turns = createSlots(1)
  const reserved = new Set<Reservation>()
  const asked = new Set<string>()
  let next = Promise.withResolvers<void>()
  // What was spent is recorded even if the caller has stopped waiting.
  const always = new AbortController().signal
  return {
    turn: turns.take,
    sum(runId) {
      const of = [...reserved].filter((it) => runId === undefined || it.runId === runId)
      return of.reduce((sum, { usd }) => sum + usd, 0)
    },
    reserve(reservation) {
      reserved.add(reservation)
      const free = () => {
        if (!reserved.delete(reservation)) return
        next.resolve()
        next = Promise.withResolvers()
      }
      return {
        free,
        async settle(record) {
          const endTurn = await turns.take(always)
          try {
            return await record()
          } finally {
            free()
            endTurn()
          }
        },
      }
    },
    freed: () => next.promise,
    isFirst: (runId) => !asked.has(runId) && asked.add(runId).has(runId),
  }
}
