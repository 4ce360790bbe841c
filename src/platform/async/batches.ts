/** What one batch takes at most; an item that is larger has a batch of its own. */
export type BatchLimits = { count: number; size: number }

/** The items in their order, in batches that are as full as the limits allow; none is empty. */
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
