/** Segments of about the same size that trigger a merge, and how much sizes grow by it. */
const FACTOR = 20
const SOURCES_MAX = 100
/** A segment is written anew, to get rid of them, when this share of its chunks is dead. */
const DEAD_SHARE_MAX = 0.25

type Candidate = { id: number; chunkCount: number; deadCount: number }

/**
 * Which segments to merge next, undefined if none need it. Tiers of sizes keep the number of
 * segments logarithmic, and so is how often a chunk is written again.
 */
export function pickMerge(segments: Candidate[]): number[] | undefined {
  const tiers = Map.groupBy(segments, tierOf)
  const full = [...tiers].filter(([, { length }]) => length >= FACTOR).map(([tier]) => tier)
  if (full.length > 0) {
    // Smaller ones are taken along: merging them first would only write them twice.
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
