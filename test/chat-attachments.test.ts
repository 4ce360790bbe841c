import { expect, test } from "bun:test"
import { chatServer, whole } from "./support/chat"
import { rejection } from "./support/rejection"

const file = (name: string, text: string) => ({ name, content: new Blob([text]) })

async function stage() {
  const it = await chatServer({ answer: () => "Well [1]." })
  const { client } = it
  await client.uploadDocuments([file("handbook.md", "# Handbook\n\nThe gate opens at nine.\n")])
  return it
}

test("files of a chat are read by its questions, alone or beside the library", async () => {
  await using it = await stage()
  const { client, id, peer } = it
  const [added] = await client.addAttachments(id, [
    file("memo.md", "# Memo\n\nThe gate is painted green.\n"),
  ])
  expect(added).toMatchObject({ name: "memo.md", metadata: { chat_session: id } })
  expect(await client.listAttachments(id)).toMatchObject([{ id: added!.id, status: "indexed" }])
  const prompt = () => String(peer.requests.at(-1)?.messages.at(-1)?.content)
  await whole(client.chat(id, { message: "What about the gate?" }))
  expect(prompt()).toContain("painted green")
  expect(prompt()).not.toContain("opens at nine")
  await whole(client.chat(id, { message: "What about the gate?", use_rag: true }))
  expect(prompt()).toContain("painted green")
  expect(prompt()).toContain("opens at nine")
  await client.removeAttachment(id, added!.id)
  expect((await rejection(client.getDocument(added!.id))).name).toBe("DocumentNotFoundError")
  await whole(client.chat(id, { message: "And now?" }))
  expect(prompt()).toBe("And now?")
})

test("a chat's file takes no other document's place, and goes with the chat", async () => {
  await using it = await stage()
  const { client, id } = it
  const text = "# Other\n\nThe gate is closed on Mondays.\n"
  const [same, known] = await client.addAttachments(id, [
    file("handbook.md", text),
    file("copy.md", "# Handbook\n\nThe gate opens at nine.\n"),
  ])
  expect(same?.name).toMatch(/^handbook \(chat \w{6}\)\.md$/)
  // The library has this text already, so it isn't stored again.
  expect(known?.name).toBe("handbook.md")
  const newer = await client.addAttachments(id, [file("handbook.md", `${text}\nAlways.\n`)])
  expect(newer[0]).toMatchObject({ id: same!.id, version: 2 })
  await client.deleteSession(id)
  expect((await client.listDocuments()).map(({ name }) => name)).toEqual(["handbook.md"])
})

test("a large file is waited for, and one that can't be read is refused as in an upload", async () => {
  await using it = await stage()
  const { client, id, peer } = it
  const lines = Array.from({ length: 40_000 }, (_, nth) => `Line ${nth} is about subject${nth}.`)
  await client.addAttachments(id, [file("long.txt", lines.join("\n\n"))])
  await whole(client.chat(id, { message: "What is subject39999 about?" }))
  expect(peer.requests.at(-1)?.messages.at(-1)?.content).toContain("Line 39999 is about")
  const refused = await rejection(client.addAttachments(id, [file("x.exe", "MZ\0\0")]))
  expect(refused.name).toBe("InvalidFileTypeError")
  const nobody = client.addAttachments(Bun.randomUUIDv7(), [file("a.md", "# A\n\nB.\n")])
  expect((await rejection(nobody)).name).toBe("SessionNotFoundError")
})
