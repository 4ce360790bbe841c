import { createSlots } from "../../engines/models/resilience/slots"

type Reservation = { runId: string | undefined; usd: number }

export type Reserved = {
  /** For a call of which nothing is recorded. */
  free(): void
  /** Records a call and frees it in one turn, so that no sum has it twice. */
  settle<T>(record: () => Promise<T>): Promise<T>
}

/** What the calls that are under way in this process may still cost. */
export type Reservations = {
  /** Resolves to what ends the turn: only within one may a sum be believed and added to. */
  turn(signal: AbortSignal): Promise<() => void>
  /** USD of all calls, or of those of a run. */
  sum(runId?: string): number
  reserve(reservation: Reservation): Reserved
  /** Resolves when the next reservation is freed. */
  freed(): Promise<void>
  /** True the first time that it is asked about a run. */
  isFirst(runId: string): boolean
}

export function createReservations(): Reservations {
  const turns = createSlots(1)
  const reserved = new Set<Reservation>()
  const asked = new Set<string>()
  let next = Promise.withResolvers<void>()
  // What was spent is recorded also for who has stopped waiting.
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
            const recorded = await record()
            free()
            return recorded
          } finally {
            endTurn()
          }
        },
      }
    },
    freed: () => next.promise,
    isFirst: (runId) => !asked.has(runId) && asked.add(runId).has(runId),
  }
}
