import { expect, test } from "bun:test"
import { connect, WorkerEnded } from "../src/platform/async/rpc"
import { AppError } from "../src/platform/errors"
import { rejection } from "./support/rejection"
import type { TestCalls } from "./support/rpc-worker"

function start(options?: Parameters<typeof connect>[2]) {
  const worker = new Worker(new URL("./support/rpc-worker.ts", import.meta.url).href)
  return { worker, caller: connect<TestCalls>(worker, "tests", options) }
}

test("calls are answered one after another, each with its own answer", async () => {
  using caller = start().caller
  const order: number[] = []
  const slow = caller.call("slowly", 20).then((it) => order.push(it))
  const fast = caller.call("slowly", 0).then((it) => order.push(it))
  const sums = await Promise.all([1, 2, 3].map((a) => caller.call("add", { a, b: 10 })))
  await Promise.all([slow, fast])
  expect(sums).toEqual([11, 12, 13])
  expect(order).toEqual([20, 0])
})

test("buffers move in both directions", async () => {
  using caller = start().caller
  const numbers = Float32Array.of(1, 2, 3)
  const doubled = await caller.call("double", numbers, [numbers.buffer])
  expect([...doubled]).toEqual([2, 4, 6])
  expect(numbers.length).toBe(0)
})

test("an error thrown in the worker arrives with its name, code and details, and the worker continues", async () => {
  using caller = start().caller
  const known = await rejection(caller.call("failApp", "x"))
  expect(known).toBeInstanceOf(AppError)
  expect(known).toMatchObject({ name: "NotFoundError", details: { id: "x" } })
  const other = await rejection(caller.call("failCode", undefined))
  expect(other).toMatchObject({ name: "TypeError", message: "No such file.", code: "ENOENT" })
  expect(await rejection(caller.call("failBare", undefined))).toMatchObject({
    name: "Error",
    message: "just words",
  })
  expect(await caller.call("add", { a: 1, b: 1 })).toBe(2)
})

test("a value that can't be cloned fails only its own call", async () => {
  using caller = start().caller
  const input = { a: 1, b: (() => 1) as unknown as number }
  expect(await rejection(caller.call("add", input))).toMatchObject({ name: "DataCloneError" })
  expect(await rejection(caller.call("answerFunction", undefined))).toMatchObject({
    name: "DataCloneError",
  })
  expect(await caller.call("add", { a: 1, b: 1 })).toBe(2)
})

const deaths = {
  "an error outside of a call": (it: ReturnType<typeof start>) =>
    it.caller.call("crash", undefined),
  "an exit": (it: ReturnType<typeof start>) => it.caller.call("exit", undefined),
  "a kill": (it: ReturnType<typeof start>) => {
    it.worker.terminate()
    return it.caller.call("never", undefined)
  },
}
test.each(Object.entries(deaths))(
  "%s rejects all that waits and all that follows",
  async (_, die) => {
    const told = Promise.withResolvers<WorkerEnded>()
    let times = 0
    const ended = (reason: WorkerEnded) => {
      times += 1
      told.resolve(reason)
    }
    const started = start({ ended })
    using caller = started.caller
    await caller.call("add", { a: 1, b: 1 })
    const waiting = [die(started), caller.call("never", undefined)]
    const reasons = await Promise.all(waiting.map((it) => rejection(it)))
    expect(reasons.every((it) => it instanceof WorkerEnded)).toBe(true)
    expect(reasons[0]).toBe(await told.promise)
    expect(`${await told.promise}`).toContain("The worker that tests ended")
    expect(await rejection(caller.call("add", { a: 1, b: 1 }))).toBe(await told.promise)
    expect(times).toBe(1)
  },
)

test("a closed worker rejects waiting calls, and doesn't report its end", async () => {
  let told = 0
  const { worker, caller } = start({ ended: () => told++ })
  await caller.call("add", { a: 1, b: 1 })
  const gone = Promise.withResolvers<void>()
  worker.addEventListener("close", () => gone.resolve())
  const waiting = caller.call("never", undefined)
  caller[Symbol.dispose]()
  expect(await rejection(waiting)).toBeInstanceOf(WorkerEnded)
  await gone.promise
  expect(told).toBe(0)
})

test("a closed worker with native code ends its call first, for nobody", async () => {
  const { worker, caller } = start({ isNative: true })
  const ends = new SharedArrayBuffer(4)
  const gone = Promise.withResolvers<void>()
  worker.addEventListener("close", () => gone.resolve())
  const waiting = caller.call("countAfter", { ms: 50, ends })
  caller[Symbol.dispose]()
  expect(await rejection(waiting)).toBeInstanceOf(WorkerEnded)
  await gone.promise
  expect(new Int32Array(ends)[0]).toBe(1)
})
