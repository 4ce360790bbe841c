import { expect, test } from "bun:test"
import { chatServer, whole } from "./support/chat"
import { synced, testFolder } from "./support/folder"
import { rejection } from "./support/rejection"

const file = (name: string, text: string) => ({ name, content: new Blob([text]) })
const green = "# Memo\n\nThe gate is painted green.\n"

async function stage() {
  const it = await chatServer({ answer: () => "Well [1]." })
  const { client } = it
  await client.uploadDocuments([file("handbook.md", "# Handbook\n\nThe gate opens at nine.\n")])
  return {
    ...it,
    /** What a question's prompt has of the documents. */
    async prompt(id: string, input: { message: string; use_rag?: boolean }) {
      await whole(client.chat(id, input))
      return String(it.peer.requests.at(-1)?.messages.at(-1)?.content)
    },
    found: async () => {
      const results = await client.search({ query: "What colour is the gate?" })
      return results.map(({ document_name }) => document_name).sort()
    },
  }
}

test("files of a chat are read by its questions, alone or beside the library", async () => {
  await using it = await stage()
  const { client, id, prompt } = it
  const [added] = await client.addAttachments(id, [file("memo.md", green)])
  expect(added).toMatchObject({ name: "memo.md", metadata: { chat_session: id } })
  expect(await client.listAttachments(id)).toMatchObject([{ id: added!.id, status: "indexed" }])
  const alone = await prompt(id, { message: "What about the gate?" })
  expect(alone).toContain("painted green")
  expect(alone).not.toContain("opens at nine")
  const both = await prompt(id, { message: "What about the gate?", use_rag: true })
  expect(both).toContain("painted green")
  expect(both).toContain("opens at nine")
  await client.removeAttachment(id, added!.id)
  expect((await rejection(client.getDocument(added!.id))).name).toBe("DocumentNotFoundError")
  expect(await prompt(id, { message: "And now?" })).toBe("And now?")
})

test("nothing else finds a chat's files: no other chat, no search, no picker", async () => {
  await using it = await stage()
  const { client, id, prompt, found, server } = it
  const [memo] = await client.addAttachments(id, [file("memo.md", green)])
  expect(await found()).toEqual(["handbook.md"])
  const other = await client.createSession()
  const question = { message: "What colour is the gate?", use_rag: true }
  expect(await prompt(other.id, question)).not.toContain("painted green")
  expect(await prompt(id, question)).toContain("painted green")
  const named = { query: "gate", document_ids: [memo!.id] }
  expect(await client.search(named)).toMatchObject([{ document_name: "memo.md" }])
  const marked = { query: "gate", metadata: { chat_session: id } }
  expect(await client.search(marked)).toMatchObject([{ document_name: "memo.md" }])
  const picker = await server.fetch("/documents/pick", {
    method: "POST",
    headers: { "HX-Request": "true", Accept: "text/html" },
    body: new URLSearchParams({ pick_field: "document_ids", pick_scope: "some" }),
  })
  const listed = await picker.text()
  expect(listed).toContain("handbook.md")
  expect(listed).not.toContain("memo.md")
})

test("a chat's file keeps no name or content from the library", async () => {
  await using it = await stage()
  const { client, id, found } = it
  const [same, known] = await client.addAttachments(id, [
    file("handbook.md", "# Other\n\nThe gate is closed on Mondays.\n"),
    file("copy.md", "# Handbook\n\nThe gate opens at nine.\n"),
  ])
  expect(same?.name).toMatch(/^handbook \(chat \w{6}\)\.md$/)
  // The library has this text already, so it isn't stored again.
  expect(known?.name).toBe("handbook.md")
  const [memo, plan] = await client.addAttachments(id, [
    file("memo.md", green),
    file("plan.md", "# Plan\n\nThe gate becomes a door.\n"),
  ])
  // Another text under a name that the chat uses, and a text of the chat.
  const [own, shared] = await client.uploadDocuments([
    file("memo.md", "# Memo\n\nThe gate is painted blue.\n"),
    file("plans.md", "# Plan\n\nThe gate becomes a door.\n"),
  ])
  expect(own!.id).not.toBe(memo!.id)
  expect((await client.getDocument(memo!.id)).name).toMatch(/^memo \(chat \w{6}\)\.md$/)
  expect(shared).toMatchObject({ id: plan!.id, name: "plans.md", metadata: {} })
  expect(await found()).toEqual(["handbook.md", "memo.md", "plans.md"])
  await client.deleteSession(id)
  const left = (await client.listDocuments()).map(({ name }) => name).sort()
  expect(left).toEqual(["handbook.md", "memo.md", "plans.md"])
})

test("a newer version replaces a chat's file; one that two chats have goes with the last", async () => {
  await using it = await stage()
  const { client, id } = it
  const [first] = await client.addAttachments(id, [file("memo.md", green)])
  const other = (await client.createSession()).id
  expect(await client.addAttachments(other, [file("mine.md", green)])).toEqual([first!])
  await client.deleteSession(id)
  expect(await client.listAttachments(other)).toMatchObject([{ id: first!.id }])
  expect(await it.found()).toEqual(["handbook.md"])
  const [newer] = await client.addAttachments(other, [file("memo.md", `${green}\nStill.\n`)])
  expect(newer).toMatchObject({ id: first!.id, version: 2 })
  await client.deleteSession(other)
  expect((await client.listDocuments()).map(({ name }) => name)).toEqual(["handbook.md"])
})

test("a folder with a chat's file finds it for all", async () => {
  await using it = await stage()
  const { client, id, found } = it
  const [memo] = await client.addAttachments(id, [file("memo.md", green)])
  await using folder = await testFolder({ "deep/notes.md": green })
  await synced(client, (await client.addFolder(folder.path)).id)
  const { name, metadata } = await client.getDocument(memo!.id)
  expect(name).toEndWith("/deep/notes.md")
  expect(metadata).not.toHaveProperty("chat_session")
  expect(await found()).toEqual(["handbook.md", name].sort())
})

test("a large file is waited for, and a question says what it could not read", async () => {
  await using it = await stage()
  const { client, id, peer } = it
  const lines = Array.from({ length: 40_000 }, (_, nth) => `Line ${nth} is about subject${nth}.`)
  await client.addAttachments(id, [file("long.txt", lines.join("\n\n"))])
  await whole(client.chat(id, { message: "What is subject39999 about?" }))
  expect(peer.requests.at(-1)?.messages.at(-1)?.content).toContain("Line 39999 is about")
  await client.addAttachments(id, [file("broken.pdf", "%PDF-1.7\nno more")])
  await whole(client.chat(id, { message: "What is subject7 about?" }))
  const answer = (await client.listMessages(id)).at(-1)
  const [unread] = answer?.metadata.unread_documents ?? []
  const reason = "This PDF is damaged or incomplete."
  expect(unread).toMatchObject({ name: "broken.pdf", reason })
  expect(peer.requests.at(-1)?.messages.at(-1)?.content).toContain(
    `# Files that could not be read for this answer\n- broken.pdf: ${reason}`,
  )
  const page = await (await it.server.fetch(`/chat/${id}`)).text()
  expect(page).toContain("Answered without")
})

test("what can't be read is refused as in an upload, and so is a session that isn't there", async () => {
  await using it = await stage()
  const { client, id } = it
  const refused = await rejection(client.addAttachments(id, [file("x.exe", "MZ\0\0")]))
  expect(refused.name).toBe("InvalidFileTypeError")
  const nobody = client.addAttachments(Bun.randomUUIDv7(), [file("a.md", "# A\n\nB.\n")])
  expect((await rejection(nobody)).name).toBe("SessionNotFoundError")
  const missing = client.removeAttachment(id, Bun.randomUUIDv7())
  expect((await rejection(missing)).name).toBe("DocumentNotFoundError")
})
