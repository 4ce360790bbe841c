/** Of the largest number of a vector; a cosine changes by less than 0.00002. */
const LARGEST = 32_767

/**
 * A vector in whole numbers, in place. A cosine knows no scale, PostgreSQL reads them four times as
 * fast as fractions, and what is in memory is exactly what is stored.
 */
export function toWholeNumbers(vector: Float32Array): Float32Array {
  const largest = vector.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
  const scale = largest > 0 ? LARGEST / largest : 0
  for (let i = 0; i < vector.length; i++) vector[i] = Math.round((vector[i] ?? 0) * scale)
  return vector
}

/** As pgvector reads it. */
export function vectorText(vector: Float32Array): string {
  return `[${vector.join(",")}]`
}
