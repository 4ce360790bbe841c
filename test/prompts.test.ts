import { expect, test } from "bun:test"
import { filledIn, variablesOf } from "../src/features/prompts/schema"
import { command } from "./support/amelia"
import { chatServer } from "./support/chat"
import { testFolder } from "./support/folder"
import { rejection } from "./support/rejection"
import { testServer } from "./support/server"

const body = "Review {{file}} in a {{tone=short}} tone. {{file}} matters. {{ not one } {{}}"

test("variables are named once, in order, with their defaults, and values take their places", () => {
  expect(variablesOf(body)).toEqual([
    { name: "file", default: null },
    { name: "tone", default: "short" },
  ])
  expect(filledIn(body, { file: "a.ts" })).toBe(
    "Review a.ts in a short tone. a.ts matters. {{ not one } {{}}",
  )
  expect(filledIn("{{a}} {{b}}", { a: "{{b}} $& $1", b: "" })).toBe("{{b}} $& $1 ")
  expect(filledIn("{{toString}}", {})).toBe("{{toString}}")
})

test("prompts are added, listed by name, found, changed and deleted", async () => {
  await using server = await testServer()
  const { client } = server
  const review = await client.createPrompt({ name: "review", body })
  expect(review).toMatchObject({ name: "review", variables: [{ name: "file" }, { name: "tone" }] })
  const explain = await client.createPrompt({ name: "explain", body: "Explain it." })
  expect(await client.listPrompts()).toEqual([explain, review])
  expect(await client.listPrompts("VIEW")).toEqual([review])
  expect(await client.listPrompts("%")).toEqual([])
  const changed = await client.updatePrompt(review.id, { name: "re-view" })
  expect(changed).toMatchObject({ id: review.id, name: "re-view", body })
  const refused = [
    client.createPrompt({ name: "explain", body: "Again." }),
    client.updatePrompt(review.id, { name: "explain" }),
    client.createPrompt({ name: "With Space", body: "x" }),
    client.createPrompt({ name: "empty", body: "  " }),
    client.getPrompt(Bun.randomUUIDv7()),
  ].map(rejection)
  expect((await Promise.all(refused)).map(({ name }) => name)).toEqual([
    ...["ValidationError", "ValidationError", "ValidationError", "ValidationError"],
    "NotFoundError",
  ])
  await client.deletePrompt(explain.id)
  expect(await client.listPrompts()).toEqual([changed])
})

test("the command line asks a prompt with its variables, and says which is missing", async () => {
  await using it = await chatServer({ answer: ({ messages }) => `So: ${messages.at(-1)?.content}` })
  const { home } = it.server
  await using folder = await testFolder({ "review.txt": body })
  const amelia = (...args: string[]) => command(args, { home })
  expect(await amelia("prompts")).toMatchObject({ err: "There are no prompts yet.\n" })
  const added = await amelia("prompts", "add", "review", folder.at("review.txt"))
  expect(added).toMatchObject({ code: 0, out: "review: added\n" })
  expect((await amelia("prompts")).out).toContain("file, tone")
  expect((await amelia("prompts", "show", "review")).out).toBe(`${body}\n`)
  const asked = await amelia("chat", "--prompt", "review", "--var", "file=a.ts", "Go on.")
  expect(asked.out).toStartWith("So: Review a.ts in a short tone.")
  expect(asked.out).toContain("\n\nGo on.")
  const missing = await amelia("chat", "--prompt", "review")
  expect(missing).toMatchObject({ code: 2, err: expect.stringContaining("--var file=…") })
  const unknown = await amelia("chat", "--prompt", "nothing")
  expect(unknown).toMatchObject({ code: 2, err: expect.stringContaining("named nothing") })
  expect(await amelia("prompts", "remove", "review")).toMatchObject({ out: "review: removed\n" })
})
