/** The limits of one batch. An item over the size limit gets its own batch. */
export type BatchLimits = { count: number; size?: number }

/** Splits items into batches, in order, as full as the limits allow and never empty. */
export function* batchesOf<T>(
  items: Iterable<T>,
  { count, size: sizeMax = Number.POSITIVE_INFINITY }: BatchLimits,
  sizeOf: (item: T) => number = () => 1,
): Generator<T[]> {
  let batch: T[] = []
  let size = 0
  for (const item of items) {
    const isFull = batch.length === count || size + sizeOf(item) > sizeMax
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
