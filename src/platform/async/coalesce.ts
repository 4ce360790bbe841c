/** Coalesces calls: while `work` runs, new items wait and are then processed together. */
export function coalesce<Item, Result>(
  work: (items: Item[]) => Promise<Result[]>,
): (item: Item) => Promise<Result> {
  let waiting: { item: Item; result: PromiseWithResolvers<Result> }[] = []
  let working = false

  async function drain(): Promise<void> {
    working = true
    while (waiting.length > 0) {
      const batch = waiting
      waiting = []
      try {
        const results = await work(batch.map(({ item }) => item))
        for (const [index, { result }] of batch.entries()) result.resolve(results[index] as Result)
      } catch (error) {
        for (const { result } of batch) result.reject(error)
      }
    }
    working = false
  }

  return (item) => {
    const result = Promise.withResolvers<Result>()
    waiting.push({ item, result })
    if (!working) void drain()
    return result.promise
  }
}
