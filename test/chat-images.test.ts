import { expect, test } from "bun:test"
import { anthropicPeer } from "./support/anthropic-peer"
import { chatServer, modelAt, whole } from "./support/chat"
import { ollamaPeer } from "./support/ollama-peer"
import { openRouterPeer } from "./support/openrouter-peer"
import { rejection } from "./support/rejection"
import { testServer } from "./support/server"

/** A PNG of one pixel. */
const pixel =
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
const png = (name = "pixel.png") => ({ name, content: new Blob([Buffer.from(pixel, "base64")]) })

/** Each service behind its real protocol: its settings, and how it is sent an image. */
const services = {
  anthropic: async () => {
    const peer = await anthropicPeer({ answer: () => "Red." })
    const source = { type: "base64", media_type: "image/png", data: pixel }
    const sent = [
      { type: "image", source },
      { type: "text", text: "What is it?" },
    ]
    return { peer, settings: modelAt(peer.url), sent: { role: "user", content: sent } }
  },
  openrouter: async () => {
    const peer = await openRouterPeer({ answer: () => "Red." })
    const settings = { OPENROUTER_API_KEY: "sk-or-1", OPENROUTER_BASE_URL: peer.url }
    const sent = [
      { type: "text", text: "What is it?" },
      { type: "image_url", image_url: { url: `data:image/png;base64,${pixel}` } },
    ]
    return { peer, settings, sent: { role: "user", content: sent } }
  },
  ollama: async () => {
    const peer = await ollamaPeer({ answer: () => "Red.", capabilities: ["completion", "vision"] })
    const sent = { role: "user", content: "What is it?", images: [pixel] }
    return { peer, settings: { OLLAMA_BASE_URL: peer.url }, sent }
  },
}
type Service = keyof typeof services

test.each(Object.keys(services) as Service[])(
  "%s gets a question's image in its own format, and again with the next question",
  async (service) => {
    const { peer, settings, sent } = await services[service]()
    await using _peer = peer
    await using server = await testServer({ settings: { ...settings, DEFAULT_MODEL: service } })
    const { client } = server
    const { id } = await client.createSession()
    // Its name says nothing about its content.
    await client.addAttachments(id, [png("photo.txt")])
    await whole(client.chat(id, { message: "What is it?" }))
    const asked = () =>
      peer.requests.at(-1)?.messages.filter((it) => it.role === "user") as object[]
    expect(asked()).toEqual([sent])
    await whole(client.chat(id, { message: "Sure?" }))
    expect(asked()).toEqual([sent, { role: "user", content: "Sure?" }])
  },
)

test("images belong to the question after them, can be read, named anew and removed", async () => {
  await using it = await chatServer({ answer: () => "Red." })
  const { client, id, server } = it
  const memo = { name: "memo.md", content: new Blob(["# Memo\n\nThe gate is green.\n"]) }
  const added = await client.addAttachments(id, [png("a.png"), memo, png("b.png")])
  expect(added.map(({ name, type }) => [name, type])).toEqual([
    ...[["a.png", "image"]],
    ...[["memo.md", "markdown"]],
    ...[["b.png", "image"]],
  ])
  const [first, , second] = added
  const image = await server.fetch(`/api/chat/sessions/${id}/images/${first!.id}`)
  expect(image.headers.get("Content-Type")).toBe("image/png")
  expect(Buffer.from(await image.arrayBuffer()).toString("base64")).toBe(pixel)
  await client.removeAttachment(id, second!.id)
  await whole(client.chat(id, { message: "What is it?" }))
  const [question] = await client.listMessages(id)
  const { images } = question!.metadata
  expect(images).toMatchObject([{ id: first!.id, name: "a.png", media_type: "image/png" }])
  expect(await client.listAttachments(id)).toMatchObject([{ name: "memo.md" }, { shown: true }])
  await whole(client.chat(id, { message: "And the gate?" }))
  expect((await client.listMessages(id))[2]?.metadata).not.toHaveProperty("images")
  await whole(client.chat(id, { message: "What?", parent_id: null, image_ids: [first!.id] }))
  expect((await client.listMessages(id)).at(-2)?.metadata.images).toEqual(images!)
  const page = await (await server.fetch(`/chat/${id}`)).text()
  expect(page).toContain(`<img src="/api/chat/sessions/${id}/images/${first!.id}" alt="a.png"`)
  const other = await client.createSession()
  const foreign = client.chat(other.id, { message: "What?", image_ids: [first!.id] })
  expect(await rejection(whole(foreign))).toMatchObject({ name: "ValidationError", status: 400 })
})

test("a model without eyes says so, and reads of earlier images in words", async () => {
  const options = { answer: () => "Well.", capabilities: ["completion"] }
  await using blind = await ollamaPeer(options)
  await using it = await chatServer({ answer: () => "Red." }, { OLLAMA_BASE_URL: blind.url })
  const { client, id } = it
  await client.addAttachments(id, [png()])
  await client.updateSession(id, { model: "ollama/llama3.2:3b" })
  const refused = await rejection(whole(client.chat(id, { message: "What is it?" })))
  expect(refused).toMatchObject({
    name: "ValidationError",
    message: "ollama/llama3.2:3b can't look at images. Choose a model that can, and ask again.",
  })
  expect(blind.requests).toEqual([])
  await client.updateSession(id, { model: "anthropic" })
  expect((await whole(client.regenerate(id))).text).toBe("Red.")
  await client.updateSession(id, { model: "ollama/llama3.2:3b" })
  await whole(client.chat(id, { message: "And now?" }))
  expect(blind.requests[0]?.messages.slice(1)).toEqual([
    {
      role: "user",
      content: "What is it?\n\n(The image pixel.png belongs here. You can't see it.)",
    },
    { role: "assistant", content: "Red." },
    { role: "user", content: "And now?" },
  ])
})

test("an exported chat has its images, and what isn't one is not imported", async () => {
  await using it = await chatServer({ answer: () => "Red." })
  const { client, id, server } = it
  await client.addAttachments(id, [png()])
  await whole(client.chat(id, { message: "What is it?" }))
  const file = await client.exportSession(id)
  await client.deleteSession(id)
  const copy = await client.importSession(file)
  const [question] = await client.listMessages(copy.id)
  const [image] = question!.metadata.images ?? []
  expect(image).toMatchObject({ name: "pixel.png", media_type: "image/png", file_size: 70 })
  const read = await server.fetch(`/api/chat/sessions/${copy.id}/images/${image!.id}`)
  expect(Buffer.from(await read.arrayBuffer()).toString("base64")).toBe(pixel)
  const without = await client.importSession({ ...file, images: [] })
  expect((await client.listMessages(without.id))[0]?.metadata).not.toHaveProperty("images")
  const fake = [{ ...file.images[0], data: btoa("<svg onload=alert()>") }]
  const refused = await rejection(client.importSession({ ...file, images: fake }))
  expect(refused).toMatchObject({ details: { issues: [{ path: "images.0.data" }] } })
})

test("an image that no model takes is refused, and so is what only calls itself one", async () => {
  await using it = await chatServer()
  const { client, id } = it
  const bytes = new Uint8Array(3_750_001)
  bytes.set(Buffer.from(pixel, "base64"))
  const large = client.addAttachments(id, [{ name: "big.png", content: new Blob([bytes]) }])
  expect(await rejection(large)).toMatchObject({ name: "FileTooLargeError", status: 413 })
  const fake = client.addAttachments(id, [{ name: "a.png", content: new Blob(["no picture"]) }])
  expect((await rejection(fake)).name).toBe("InvalidFileTypeError")
  expect(await client.listAttachments(id)).toEqual([])
})
