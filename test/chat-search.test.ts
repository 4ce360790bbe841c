import { expect, test } from "bun:test"
import { sql } from "drizzle-orm"
import { openDatabase } from "../src/platform/db/open"
import { whole } from "./support/chat"
import { freshData } from "./support/database"
import { rejection } from "./support/rejection"
import { testServer } from "./support/server"

test("sessions are found by words of their titles and messages, whatever their case", async () => {
  await using server = await testServer()
  const { client } = server
  const say = async (title: string, message: string) => {
    const { id } = await client.createSession({ title })
    await whole(client.chat(id, { message }))
    return id
  }
  const lease = await say("Leases", "How long is a lease of a Größe?")
  const rate = await say("Rates", "Is 50% of a_b\\c enough?")
  const both = await say("Leases and rates", "Why?")
  const found = async (query: string) => (await client.listSessions({ query })).map((it) => it.id)
  expect(await found("LEASE")).toEqual([both, lease])
  expect(await found("leases why?")).toEqual([both])
  expect(await found("  größe   LEASES ")).toEqual([lease])
  expect(await found("GRÖSSE")).toEqual([])
  for (const literal of ["50%", "a_b", "_b\\c", "%", "\\"]) {
    expect(await found(literal), literal).toEqual([rate])
  }
  expect(await found("leases nowhere")).toEqual([])
  expect(await found(" ")).toEqual([both, rate, lease])
  expect(await rejection(client.listSessions({ query: "x".repeat(201) }))).toMatchObject({
    ...{ status: 400, name: "ValidationError" },
  })
})

test("pinned sessions come first in lists and searches, and pages neither skip nor repeat", async () => {
  await using server = await testServer()
  const { client } = server
  const ids: string[] = []
  for (let nth = 0; nth < 7; nth += 1) {
    ids.unshift((await client.createSession({ title: `Talk ${nth}` })).id)
  }
  const pinned = [ids[1]!, ids[4]!, ids[6]!]
  for (const id of pinned) await client.updateSession(id, { pinned: true })
  const expected = [...pinned, ...ids.filter((id) => !pinned.includes(id))]
  for (const query of ["", "&query=TALK"]) {
    const listed: string[] = []
    let next: string | undefined = `/api/chat/sessions?limit=2${query}`
    while (next) {
      const response: Response = await server.fetch(next)
      listed.push(...((await response.json()) as { id: string }[]).map(({ id }) => id))
      next = /<(.+)>; rel="next"/.exec(response.headers.get("link") ?? "")?.[1]
    }
    expect(listed).toEqual(expected)
  }
  // A page goes on where its last session was, even if that was deleted.
  await client.deleteSession(ids[2]!)
  const rest = await client.listSessions({ before: ids[2] })
  expect(rest.map(({ id }) => id)).toEqual([ids[3]!, ids[5]!])
})

test("a long search gives other requests their turn", async () => {
  await using data = await freshData()
  const { home, databaseUrl } = data
  const { db, close } = await openDatabase({ databaseUrl, poolSize: 1, home })
  await db.execute(sql`insert into amelia.chat_sessions (id, title)
    select gen_random_uuid(), 'Session ' || nth from generate_series(1, 400) as nth`)
  await db.execute(sql`
    insert into amelia.chat_messages (id, session_id, depth, role, content, metadata)
    select gen_random_uuid(), s.id, nth, 'user', repeat(md5(s.title || nth) || ' ', 12), '{}'
    from amelia.chat_sessions as s, generate_series(1, 20) as nth`)
  await db.execute(sql`update amelia.chat_messages set content = content || 'Needle in the HAY'
    where (session_id, depth) in (select id, 10 from amelia.chat_sessions where title like '%9')`)
  await close()
  await using server = await testServer({ home })
  const { client } = server
  const needles = client.listSessions({ query: "needle hay", limit: 200 })
  const listed = client.listSessions().then(() => "list")
  expect(await Promise.race([needles.then(() => "search"), listed])).toBe("list")
  const found = await needles
  expect(found).toHaveLength(40)
  expect(found.every(({ title }) => title.endsWith("9"))).toBe(true)
})
