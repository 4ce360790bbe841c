import { expect, test } from "bun:test"
import { start } from "./support/amelia"
import { chatServer, whole } from "./support/chat"
import { testFolder } from "./support/folder"
import { rejection } from "./support/rejection"
import { testServer } from "./support/server"

const notes = `# Leases\n\n## Length\n\nA lease ends after 30 s [1].\n`

/** A session with an answer that cites, and another branch. */
async function citing() {
  const it = await chatServer({
    answer: ({ messages }) =>
      messages.at(-1)!.content.includes("# Sources")
        ? "It ends after 30 s [1], see `args[1]`.\n\n```js\nrow[1]\n```"
        : "# Well\nYes.",
  })
  await it.client.uploadDocuments([{ name: "notes.md", content: new Blob([notes]) }])
  const { client, id } = it
  await whole(client.chat(id, { message: "How long is a lease?", use_rag: true }))
  const [, answer] = await client.listMessages(id)
  await whole(client.chat(id, { message: "Sure?", parent_id: answer!.id }))
  await whole(client.chat(id, { message: "Really?", parent_id: answer!.id }))
  return it
}

test("a conversation is exported as JSON and imported whole, with new ids", async () => {
  await using it = await citing()
  const { client, id } = it
  await client.updateSession(id, { pinned: true, temperature: 0.5, system_prompt: "Be kind." })
  const sure = (await client.listMessages(id))[2]!
  await client.showMessage(id, sure.id)
  const response = await it.server.fetch(`/api/chat/sessions/${id}/export`)
  expect(response.headers.get("content-disposition")).toBe(`attachment; filename="chat-${id}.json"`)
  const file = await response.json()
  expect(file).toMatchObject({ format: "amelia-chat", version: 1, session: { pinned: true } })

  await using other = await testServer()
  const session = await other.client.importSession(file)
  expect(session).toMatchObject({
    ...{ title: "How long is a lease?", pinned: true, temperature: 0.5, cost_usd: 0 },
    ...{ system_prompt: "Be kind.", message_count: 6, model: "auto" },
  })
  const before = await client.listMessages(id)
  const after = await other.client.listMessages(session.id)
  const places = new Map(before.map((message, nth) => [message.id, after[nth]!.id]))
  expect(places.size).toBe(6)
  expect(after).toEqual(
    before.map((message) => ({
      ...{ ...message, id: places.get(message.id)!, session_id: session.id },
      parent_id: message.parent_id && places.get(message.parent_id)!,
    })),
  )
  const shown = (messages: { id: string }[]) => messages.map(({ id }) => id)
  expect(shown(await other.client.listShown(session.id))).toEqual(
    shown(await client.listShown(id)).map((id) => places.get(id)!),
  )
  // It goes on like any other.
  await whole(other.client.chat(session.id, { message: "And now?" }))
  expect(await other.client.listShown(session.id)).toHaveLength(6)
  const again = await other.client.exportSession(session.id)
  expect(again.messages).toHaveLength(8)
})

test("as Markdown, the shown branch has its citations as footnotes, and code stays", async () => {
  await using it = await citing()
  const response = await it.server.fetch(`/api/chat/sessions/${it.id}/export?format=markdown`)
  expect(response.headers.get("content-type")).toBe("text/markdown; charset=utf-8")
  const time = "\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d UTC"
  const text = await response.text()
  const model = "anthropic/claude-sonnet-5-5"
  const expected = [
    "# How long is a lease?",
    `## Question, ${time}`,
    "How long is a lease?",
    `## Answer by ${model}, ${time}`,
    "It ends after 30 s [^2-1], see `args[1]`.\n\n```js\nrow[1]\n```",
    "[^2-1]: notes.md › Leases › Length: “A lease ends after 30 s \\[1].”",
    `## Question, ${time}`,
    "Really?",
    `## Answer by ${model}, ${time}`,
    "# Well\nYes.",
  ].join("\n\n")
  const pattern = RegExp.escape(expected).replaceAll(RegExp.escape(time), time)
  expect(text).toMatch(new RegExp(`^${pattern}\n$`))
  expect((await it.server.fetch(`/api/chat/sessions/${it.id}/export?format=pdf`)).status).toBe(400)
})

test("a file that is no tree of messages is refused, and nothing of it stays", async () => {
  await using server = await testServer()
  const message = (id: string, parent_id: string | null, role = "user") => ({
    ...{ id, parent_id, role, content: "Hi" },
  })
  const file = (messages: object[], more = {}) => ({
    ...{ format: "amelia-chat", version: 1, session: {}, messages, ...more },
  })
  const cases: [unknown, string | RegExp][] = [
    [{}, "format: This isn't a conversation that Amelia exported as JSON."],
    [file([], { version: 2 }), "version: This version of Amelia reads version 1 of it."],
    [file([], { typo: 1 }), /typo/],
    [file([{ ...message("a", null), role: "system" }]), /messages\.0\.role/],
    [file([{ ...message("a", null), metadata: { generating: true } }]), /generating/],
    [file([message("a", null), message("a", null)]), `There is another message "a".`],
    [file([message("a", "a")]), `Message "a" follows "a", which isn't before it in the file.`],
    [
      file([message("a", "b"), message("b", "a")]),
      `Message "a" follows "b", which isn't before it in the file.`,
    ],
    [file([message("a", null, "assistant")]), `Message "a" is an answer, but follows no question.`],
    [file([message("a", null)], { shown_id: "b" }), "It names no message of this file."],
  ]
  for (const [given, sentence] of cases) {
    const refused = await rejection(server.client.importSession(given))
    expect(refused).toMatchObject({ status: 400, name: "ValidationError" })
    expect(refused.message).toMatch(sentence)
  }
  expect(await server.client.listSessions()).toEqual([])
  const empty = await server.client.importSession(file([]))
  expect(empty).toMatchObject({ title: "New Chat", message_count: 0 })
})

test("the command line exports, imports, finds, renames and pins chats", async () => {
  await using server = await testServer()
  await using folder = await testFolder()
  const amelia = async (...args: string[]) => {
    const child = start(["sessions", ...args], { home: server.home })
    const [out, err] = await Promise.all([
      new Response(child.stdout).text(),
      new Response(child.stderr).text(),
    ])
    return { code: await child.exited, out, err }
  }
  const { id } = await server.client.createSession()
  await whole(server.client.chat(id, { message: "What is a lease?" }))
  await server.client.createSession({ title: "Other" })
  expect((await amelia("rename", id, "On leases")).out).toBe(`${id}: On leases\n`)
  expect((await amelia("pin", id)).out).toBe(`${id}: On leases (pinned)\n`)
  const listed = JSON.parse((await amelia("list", "--json")).out)
  expect(listed.map(({ title }: { title: string }) => title)).toEqual(["On leases", "Other"])
  expect((await amelia("unpin", id)).out).toBe(`${id}: On leases\n`)
  const found = JSON.parse((await amelia("list", "--query", "LEASE what", "--json")).out)
  expect(found).toMatchObject([{ id }])
  expect(await amelia("--query", "nothing")).toMatchObject({
    ...{ code: 0, err: "No sessions have these words.\n" },
  })
  const markdown = await amelia("export", id, "--format", "markdown")
  expect(markdown.out).toStartWith("# On leases\n\n## Question, ")
  const path = `${folder.path}/chat.json`
  expect((await amelia("export", id, "--out", path)).out).toBe(`${path}\n`)
  const imported = await amelia("import", path)
  expect(imported.out).toMatch(/^[\w-]{36}: On leases\n$/)
  expect(await server.client.listSessions()).toHaveLength(3)
  await Bun.write(path, "no")
  expect((await amelia("import", path)).code).toBe(2)
})
