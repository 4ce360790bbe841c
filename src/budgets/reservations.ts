import { createSlots } from "../llm/resilience/slots"

type Reservation = { runId: string | undefined; usd: number }

/** What the calls that are under way in this process may still cost. */
export type Reservations = {
  /** Resolves to what ends the turn: only within one may a sum be believed and added to. */
  turn(signal: AbortSignal): Promise<() => void>
  /** USD of all calls, or of those of a run. */
  sum(runId?: string): number
  /** Gives what frees it again. */
  reserve(reservation: Reservation): () => void
  /** True the first time that it is asked about a run. */
  isFirst(runId: string): boolean
}

export function createReservations(): Reservations {
  const turns = createSlots(1)
  const reserved = new Set<Reservation>()
  const asked = new Set<string>()
  return {
    turn: turns.take,
    sum(runId) {
      const of = [...reserved].filter((it) => runId === undefined || it.runId === runId)
      return of.reduce((sum, { usd }) => sum + usd, 0)
    },
    reserve(reservation) {
      reserved.add(reservation)
      return () => void reserved.delete(reservation)
    },
    isFirst: (runId) => !asked.has(runId) && asked.add(runId).has(runId),
  }
}
