import { distance } from "fastest-levenshtein"

/** Returns the most similar name, or undefined if none is similar enough to suggest. */
export function nearest(name: string, names: readonly string[]): string | undefined {
  const wanted = name.toLowerCase()
  const scored = names
    .map((candidate) => ({ candidate, distance: distance(wanted, candidate.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance)
  const best = scored[0]
  return best && best.distance <= Math.max(2, name.length / 3) ? best.candidate : undefined
}
