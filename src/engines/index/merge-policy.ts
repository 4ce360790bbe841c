/** How many segments of a tier trigger a merge, and how much larger each tier is. */
const FACTOR = 20
const SOURCES_MAX = 100
/** A segment is rewritten when a larger share of its chunks is dead. */
const DEAD_SHARE_MAX = 0.25

type Candidate = { id: number; chunkCount: number; deadCount: number }

/** Picks segments to merge, by tiers of size, so that rewriting grows only logarithmically. */
export function pickMerge(segments: Candidate[]): number[] | undefined {
  const tiers = Map.groupBy(segments, tierOf)
  const full = [...tiers].filter(([, { length }]) => length >= FACTOR).map(([tier]) => tier)
  if (full.length > 0) {
    // Includes smaller segments, which would otherwise be written twice.
    const upTo = Math.min(...full)
    const chosen = segments.filter((segment) => tierOf(segment) <= upTo)
    return chosen.slice(0, SOURCES_MAX).map(({ id }) => id)
  }
  const rotten = segments.filter((it) => it.deadCount > it.chunkCount * DEAD_SHARE_MAX)
  if (rotten.length === 0) return undefined
  return rotten.slice(0, SOURCES_MAX).map(({ id }) => id)
}

function tierOf({ chunkCount, deadCount }: Candidate): number {
  return Math.floor(Math.log(Math.max(chunkCount - deadCount, 1)) / Math.log(FACTOR) + 1e-9)
}
