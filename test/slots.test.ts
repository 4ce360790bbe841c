import { expect, test } from "bun:test"
import { createSlots } from "../src/platform/async/slots"
import { rejection } from "./support/rejection"

test("callers wait in order, urgent ones before the others", async () => {
  const slots = createSlots(1)
  const first = await slots.take()
  const order: string[] = []
  const work = async (name: string, urgent: boolean) => {
    const giveBack = await slots.take(undefined, urgent)
    order.push(name)
    giveBack()
  }
  const all = [work("a", false), work("urgent b", true), work("c", false), work("urgent d", true)]
  first()
  await Promise.all(all)
  expect(order).toEqual(["urgent b", "urgent d", "a", "c"])
})

test("a caller that gives up takes nobody's slot", async () => {
  const slots = createSlots(1)
  const first = await slots.take()
  const leaving = new AbortController()
  const left = slots.take(leaving.signal)
  const next = slots.take()
  leaving.abort(new Error("left"))
  expect(await rejection(left)).toMatchObject({ message: "left" })
  first()
  const giveBack = await next
  giveBack()
  await slots.take(new AbortController().signal)
  const late = slots.take(AbortSignal.abort(new Error("too late")))
  expect(await rejection(late)).toMatchObject({ message: "too late" })
})

test("a caller whose turn has come keeps its slot if its signal aborts afterwards", async () => {
  const slots = createSlots(1)
  const first = await slots.take()
  const leaving = new AbortController()
  const [one, other] = [slots.take(leaving.signal), slots.take()]
  first()
  leaving.abort()
  const giveBack = await one
  giveBack()
  await other
})
