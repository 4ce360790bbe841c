/** `work` for one at a time; those that come meanwhile are worked at together, next. */
export function gathered<Item, Result>(
  work: (items: Item[]) => Promise<Result[]>,
): (item: Item) => Promise<Result> {
  let waiting: { item: Item; told: PromiseWithResolvers<Result> }[] = []
  let working = false

  async function workOff(): Promise<void> {
    working = true
    while (waiting.length > 0) {
      const batch = waiting
      waiting = []
      try {
        const results = await work(batch.map(({ item }) => item))
        for (const [index, { told }] of batch.entries()) told.resolve(results[index] as Result)
      } catch (error) {
        for (const { told } of batch) told.reject(error)
      }
    }
    working = false
  }

  return (item) => {
    const told = Promise.withResolvers<Result>()
    waiting.push({ item, told })
    if (!working) void workOff()
    return told.promise
  }
}
