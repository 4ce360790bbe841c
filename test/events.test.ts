import { expect, test } from "bun:test"
import type { PublishedEvent } from "../src/platform/events/event"
import { createEventHub } from "../src/platform/events/hub"
import { transact } from "../src/platform/events/transact"
import { openTestDatabase } from "./support/database"

async function openHub(queueMax = 100) {
  const database = await openTestDatabase()
  const errors: unknown[] = []
  const hub = await createEventHub(database.db, { queueMax, onError: (it) => errors.push(it) })
  const deps = { db: database.db, events: hub }
  return {
    hub,
    errors,
    deps,
    say: (message: string) =>
      transact(deps, async (_, emit) => emit({ type: "system.warning", data: { message } })),
    async [Symbol.asyncDispose]() {
      hub.close()
      await database[Symbol.asyncDispose]()
    },
  }
}

async function take(stream: AsyncIterable<PublishedEvent>, count: number) {
  const taken: PublishedEvent[] = []
  for await (const event of stream) if (taken.push(event) === count) break
  return taken
}

test("events of concurrent transactions arrive once each, in order and without gaps", async () => {
  await using it = await openHub()
  const stream = it.hub.subscribe({})
  await Promise.all(Array.from({ length: 50 }, (_, i) => it.say(`${i}`)))
  const ids = (await take(stream, 50)).map(({ id }) => id)
  expect(ids).toEqual(Array.from({ length: 50 }, (_, i) => i + 1))
})

test("rolled back events are never sent and take no id", async () => {
  await using it = await openHub()
  const stream = it.hub.subscribe({})
  const failing = transact(it.deps, async (_, emit) => {
    emit({ type: "system.warning", data: { message: "never" } })
    throw new Error("no")
  })
  await failing.catch(() => undefined)
  await it.say("told")
  expect(await take(stream, 1)).toMatchObject([{ id: 1, data: { message: "told" } }])
})

test("a nested transaction sends its events with the outer one", async () => {
  await using it = await openHub()
  const stream = it.hub.subscribe({})
  await transact(it.deps, async (deps, emit) => {
    await transact(deps, async (_, emit) =>
      emit({ type: "system.warning", data: { message: "inner" } }),
    )
    emit({ type: "system.warning", data: { message: "outer" } })
  })
  const told = await take(stream, 2)
  expect(told.map(({ data }) => data)).toEqual([{ message: "inner" }, { message: "outer" }])
  expect(it.errors).toEqual([])
})

test("a subscriber that resumes from its last id misses nothing and sees nothing twice", async () => {
  await using it = await openHub()
  for (let i = 1; i <= 10; i++) await it.say(`${i}`)
  const stream = it.hub.subscribe({}, 4)
  const more = it.say("11")
  expect((await take(stream, 7)).map(({ id }) => id)).toEqual([5, 6, 7, 8, 9, 10, 11])
  await more
})

test("a slow subscriber loses passing events first, learns how many, and continues from the store", async () => {
  await using it = await openHub(3)
  const stream = it.hub.subscribe({ types: ["system.warning", "workflow.progress"] })
  const place = { run_id: "r", workflow_id: "w", workflow_name: "W" }
  const progress = () =>
    it.hub.publish({ type: "workflow.progress", data: { ...place, progress: 0.5 } })
  for (let i = 0; i < 3; i++) progress()
  for (const message of ["1", "2", "3", "4", "5"]) await it.say(message)
  await take(it.hub.subscribe({}, 0), 5)
  progress()
  expect(it.hub.stats()).toMatchObject({ queue_size: 3, dropped: 4 })
  const seen = await take(stream, 6)
  expect(seen.map(({ id }) => id)).toEqual([null, 1, 2, 3, 4, 5])
  expect(seen[0]).toMatchObject({ type: "system.warning", data: { lost: 4 } })
})
