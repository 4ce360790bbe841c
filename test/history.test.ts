import { expect, test } from "bun:test"
import type { PublishedEvent } from "../src/platform/events/event"
import { type TestServer, testServer } from "./support/server"

/** Two documents leave `uploaded` and `indexed` each, numbered 1 to 4. */
async function serverWithHistory(): Promise<TestServer> {
  const server = await testServer()
  for (const name of ["a.md", "b.md"]) {
    await server.client.uploadDocuments([{ name, content: new Blob([`# ${name}`]) }])
  }
  return server
}

async function history(server: TestServer, query = "") {
  const response = await server.fetch(`/api/events/history${query}`)
  const events = (await response.json()) as PublishedEvent[]
  const [, next] = /<(.+)>; rel="next"/.exec(response.headers.get("link") ?? "") ?? []
  return { status: response.status, events, ids: events.map?.(({ id }) => id), next }
}

test("the history tells what happened as it was published, oldest first", async () => {
  await using server = await serverWithHistory()
  const { events, ids, next } = await history(server)
  expect(ids).toEqual([1, 2, 3, 4])
  expect(next).toBeUndefined()
  expect(events[0]).toEqual({
    id: 1,
    type: "document.uploaded",
    data: { document_id: expect.any(String), name: "a.md" },
    timestamp: expect.stringMatching(/Z$/),
    source: "document",
  })
})

test("a reader that follows the links sees each event once, with the filters it asked for", async () => {
  await using server = await serverWithHistory()
  const first = await history(server, "?types=document.indexed,document.failed&limit=1")
  expect(first.ids).toEqual([2])
  const second = await history(server, first.next?.slice("/api/events/history".length))
  expect(second.ids).toEqual([4])
  expect(second.next).toBeUndefined()
})

test("the history can be cut on both sides and to one run", async () => {
  await using server = await serverWithHistory()
  expect((await history(server, "?after=1&before=4")).ids).toEqual([2, 3])
  expect((await history(server, "?before=0")).ids).toEqual([])
  expect((await history(server, `?run_id=${Bun.randomUUIDv7()}`)).ids).toEqual([])
})

test("a wrong page of the history is refused", async () => {
  await using server = await serverWithHistory()
  for (const query of ["?limit=201", "?limit=0", "?after=-1", "?after=x", "?run_id=x", "?kind=x"]) {
    expect((await history(server, query)).status, query).toBe(400)
  }
})
