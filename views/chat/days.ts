import type { Session } from "../../src/features/chat/schema"

const DAY_MS = 86_400_000

export type SessionGroup = { name: string; sessions: Session[] }

/** Groups sessions by the day of their last change, the newest first, after the pinned ones. */
export function groupByDay(sessions: Session[], now = new Date()): SessionGroup[] {
  const newest = sessions.toSorted((a, b) => (a.updated_at < b.updated_at ? 1 : -1))
  const groups = Map.groupBy(newest, (session) =>
    session.pinned ? "Pinned" : dayName(new Date(session.updated_at), now),
  )
  const named = [...groups].map(([name, sessions]) => ({ name, sessions }))
  return named.toSorted((a, b) => Number(b.name === "Pinned") - Number(a.name === "Pinned"))
}

function dayName(at: Date, now: Date): string {
  // Rounded, since a day of a change to summer time has 23 hours.
  const days = Math.round((midnight(now) - midnight(at)) / DAY_MS)
  if (days <= 0) return "Today"
  if (days === 1) return "Yesterday"
  if (days <= 7) return "Previous 7 days"
  return at.toLocaleDateString("en", { month: "long", year: "numeric" })
}

function midnight(at: Date): number {
  return new Date(at.getFullYear(), at.getMonth(), at.getDate()).getTime()
}
