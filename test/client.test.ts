import { expect, test } from "bun:test"
import fc from "fast-check"
import { waitForServer } from "../src/ways-in/cli/home"
import { createClient } from "../src/ways-in/client/client"
import { readMessages, type SseMessage } from "../src/ways-in/client/sse"
import { emptyHome } from "./support/database"

test("reads an event stream the same wherever its chunks end", async () => {
  const text =
    ': hello\r\n\r\nid: 1\nevent: a\ndata: {"x":"é😀"}\n\ndata:b\r\ndata: c\r\rid: 9\n\ndata: cut'
  const whole = [
    { id: "1", event: "a", data: '{"x":"é😀"}' },
    { id: undefined, event: "message", data: "b\nc" },
  ]
  const bytes = new TextEncoder().encode(text)
  const cuts = fc.uniqueArray(fc.integer({ min: 1, max: bytes.length - 1 }), { maxLength: 12 })
  await fc.assert(
    fc.asyncProperty(cuts, async (places) => {
      const ends = [0, ...places.sort((a, b) => a - b), bytes.length]
      const stream = new ReadableStream<Uint8Array>({
        start(controller) {
          for (const [i, end] of ends.slice(1).entries())
            controller.enqueue(bytes.slice(ends[i], end))
          controller.close()
        },
      })
      const messages: SseMessage[] = await Array.fromAsync(readMessages(stream))
      expect(messages).toEqual(whole)
    }),
  )
})

test("reads a 16 MB message in 1 KB chunks within the test's timeout", async () => {
  const data = "x".repeat(16 * 1024 ** 2)
  const bytes = new TextEncoder().encode(`data: ${data}\n\n`)
  let at = 0
  const stream = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (at < bytes.length) controller.enqueue(bytes.subarray(at, at + 1024))
      else controller.close()
      at += 1024
    },
  })
  const messages = await Array.fromAsync(readMessages(stream))
  expect(messages.map((it) => it.data.length)).toEqual([data.length])
})

test("a reader that stops early cancels its stream", async () => {
  const cancelled = Promise.withResolvers<void>()
  const stream = new ReadableStream<Uint8Array>({
    pull: (controller) => controller.enqueue(new TextEncoder().encode("data: a\n\ndata: b\n\n")),
    cancel: () => cancelled.resolve(),
  })
  for await (const { data } of readMessages(stream)) {
    expect(data).toBe("a")
    break
  }
  await cancelled.promise
})

test("a request that waits for a moved server can be aborted at any time", async () => {
  await using fresh = await emptyHome()
  const leaving = new AbortController()
  const moved = (signal?: AbortSignal) => {
    setTimeout(() => leaving.abort(), 50)
    return waitForServer(fresh.home, 600_000, signal ?? AbortSignal.any([]))
  }
  const client = createClient({ url: "http://127.0.0.1:1", moved })
  const heard = await Array.fromAsync(client.events({ signal: leaving.signal }))
  expect(heard).toEqual([])
})
