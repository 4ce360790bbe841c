/** The limits of one batch. An item over the size limit gets its own batch. */
export type BatchLimits = { count: number; size: number }

/**
 * Splits items into batches, in order and as full as the limits allow. Never yields an empty one.
 */
export function* batchesOf<T>(
  items: Iterable<T>,
  limits: BatchLimits,
  sizeOf: (item: T) => number,
): Generator<T[]> {
  let batch: T[] = []
  let size = 0
  for (const item of items) {
    const isFull = batch.length === limits.count || size + sizeOf(item) > limits.size
    if (batch.length > 0 && isFull) {
      yield batch
      batch = []
      size = 0
    }
    batch.push(item)
    size += sizeOf(item)
  }
  if (batch.length > 0) yield batch
}
