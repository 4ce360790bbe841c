import { expect, test } from "bun:test"
import { start } from "./support/amelia"
import { whole } from "./support/chat"
import { testServer } from "./support/server"

test("lists, prints and deletes chats", async () => {
  await using server = await testServer()
  const amelia = async (...args: string[]) => {
    const child = start(["sessions", ...args], { home: server.home })
    return { code: await child.exited, out: await new Response(child.stdout).text() }
  }
  const { id } = await server.client.createSession()
  await whole(server.client.chat(id, { message: "What is a lease?" }))
  expect((await amelia()).out).toMatch(new RegExp(`${id} +2 +auto +\\S+Z +What is a lease\\?`))
  const { out } = await amelia("show", id)
  expect(out).toStartWith(
    "What is a lease?\n\nuser:\nWhat is a lease?\n\nassistant:\nextractive: no",
  )
  expect(JSON.parse((await amelia("show", id, "--json")).out)).toMatchObject({ id, cost_usd: 0 })
  expect(await amelia("stop", id)).toEqual({ code: 1, out: "" })
  expect(await amelia("delete", id)).toEqual({ code: 0, out: `${id}: deleted\n` })
  expect((await amelia("list", "--json")).out).toBe("[]\n")
})
