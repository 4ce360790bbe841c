import { expect, test } from "bun:test"
import { sql } from "drizzle-orm"
import { openDatabase } from "../src/platform/db/open"
import type { ApiError } from "../src/ways-in/client/errors"
import { anthropicPeer } from "./support/anthropic-peer"
import { chatServer, modelAt, whole } from "./support/chat"
import { freshData } from "./support/database"
import type { Reply } from "./support/model-peer"
import { rejection } from "./support/rejection"
import { testServer } from "./support/server"

test("of concurrent messages to one session only one is answered, and the model is asked once", async () => {
  const release = Promise.withResolvers<void>()
  await using it = await chatServer({ before: () => release.promise, answer: () => "Well." })
  const refused: unknown[] = []
  const asked = ["One", "Two", "Three"].map((message) =>
    whole(it.client.chat(it.id, { message })).catch((error) => {
      if (refused.push(error) === 2) release.resolve()
    }),
  )
  await Promise.all(asked)
  expect(refused.map((error) => (error as ApiError).name)).toEqual([
    "AlreadyRunningError",
    "AlreadyRunningError",
  ])
  expect(it.peer.requests).toHaveLength(1)
  const [said, answer] = await it.client.listMessages(it.id)
  expect(it.peer.requests[0]?.messages).toEqual([{ role: "user", content: said!.content }])
  expect(answer).toMatchObject({ content: "Well.", metadata: { usage: { output_tokens: 2 } } })
})

/** A home whose database takes a second to reject certain messages. */
async function refusingData() {
  const made = await freshData()
  const { home, databaseUrl } = made
  const { db, close } = await openDatabase({ databaseUrl, poolSize: 1, home })
  const messages = sql.raw("amelia.chat_messages")
  await db.execute(sql`create function refuse() returns trigger language plpgsql as
    $$ begin perform pg_sleep(1); raise exception 'No room.'; end $$`)
  await db.execute(sql`create trigger refuse before insert on ${messages}
    for each row when (new.content = 'Refuse me') execute function refuse()`)
  await close()
  return made
}

test("a message that can't be stored is rejected, and the call made meanwhile is cancelled", async () => {
  const asked = Promise.withResolvers<AbortSignal>()
  const replies: Reply[] = [{ fault: "silence" }]
  await using peer = await anthropicPeer({
    before: ({ disconnected }) => asked.resolve(disconnected),
    answer: () => replies.shift() ?? "Well.",
  })
  await using data = await refusingData()
  await using server = await testServer({ home: data.home, settings: modelAt(peer.url) })
  const { client } = server
  const { id } = await client.createSession()
  const refused = rejection(whole(client.chat(id, { message: "Refuse me" })))
  const disconnected = await asked.promise
  expect(disconnected.aborted).toBe(false)
  await new Promise((resolve) => disconnected.addEventListener("abort", resolve))
  expect(await refused).toMatchObject({ status: 500, name: "InternalServerError" })
  expect(await client.listMessages(id)).toEqual([])
  expect((await whole(client.chat(id, { message: "Go" }))).text).toBe("Well.")
})
