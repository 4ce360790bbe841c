import { expect, test } from "bun:test"
import { countReaders } from "../src/engines/index/readers"

const LONG_MS = 60_000

test("who waits for quiet goes on when the last search has ended, also when it failed", async () => {
  const { reading, untilQuiet } = countReaders()
  await untilQuiet(LONG_MS)
  const [first, second] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  const searches = [reading(() => first.promise), reading(() => second.promise)]
  const order: string[] = []
  const waited = untilQuiet(LONG_MS).then(() => order.push("quiet"))
  first.resolve()
  await searches[0]
  order.push("one is left")
  second.reject(new Error("The search failed."))
  await expect(searches[1]).rejects.toThrow("The search failed.")
  await waited
  expect(order).toEqual(["one is left", "quiet"])
  await untilQuiet(LONG_MS)
})

test("a search that takes long is not waited for longer than was said", async () => {
  const { reading, untilQuiet } = countReaders()
  const never = Promise.withResolvers<void>()
  const search = reading(() => never.promise)
  await untilQuiet(1)
  never.resolve()
  await search
})
