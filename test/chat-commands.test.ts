import { expect, test } from "bun:test"
import { command } from "./support/amelia"
import { anthropicPeer } from "./support/anthropic-peer"
import { modelAt, slowAnswer } from "./support/chat"
import { testFolder } from "./support/folder"
import { fromSource, noModels } from "./support/process"
import { testServer } from "./support/server"

/** A server whose model answers a question with itself, and "slowly" for four seconds. */
async function stage() {
  const peer = await anthropicPeer({
    answer: ({ messages }) => {
      const question = String(messages.at(-1)?.content)
      if (question.startsWith("# Sources")) return "A lease lasts for thirty days [1]."
      return question === "slowly" ? slowAnswer : `You said: ${question}`
    },
  })
  const server = await testServer({ settings: modelAt(peer.url) })
  return {
    ...{ peer, server, client: server.client },
    amelia: (args: string[], input?: string) =>
      command(args, { home: server.home, ...(input === undefined ? {} : { input }) }),
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]()
      await peer.stop()
    },
  }
}

/** `amelia chat` on a terminal, driven by what its screen shows. */
function chatAt(home: string, args: string[] = []) {
  let screen = ""
  let shown = Promise.withResolvers<void>()
  const child = Bun.spawn([...fromSource, "chat", ...args], {
    env: { PATH: process.env.PATH ?? "", AMELIA_HOME: home, ...noModels },
    terminal: {
      data(_, bytes) {
        screen += new TextDecoder().decode(bytes)
        shown.resolve()
        shown = Promise.withResolvers()
      },
    },
  })
  return {
    exited: child.exited,
    type: (keys: string) => child.terminal?.write(keys),
    /** Waits for a text after what was seen before, and returns what stood before it. */
    async sees(text: string) {
      while (!screen.includes(text)) await shown.promise
      const [before = ""] = screen.split(text)
      screen = screen.slice(before.length + text.length)
      return before
    },
  }
}

const CTRL_C = "\x03"

test("a piped question is answered on stdout, and its session can be continued", async () => {
  await using it = await stage()
  const first = await it.amelia(["chat"], "What is a lease?\n")
  expect(first).toMatchObject({ code: 0, out: "You said: What is a lease?\n" })
  const [, id = ""] = /To continue: amelia chat --session (\S+)/.exec(first.err) ?? []
  const second = await it.amelia(["chat", "--session", id, "--json"], "And then?")
  expect(JSON.parse(second.out)).toMatchObject({ session_id: id, content: "You said: And then?" })
  expect(it.peer.requests.at(-1)?.messages).toHaveLength(3)
  expect(await it.amelia(["chat"])).toMatchObject({
    code: 2,
    err: expect.stringContaining("Chat needs a terminal"),
  })
})

test("a question is answered from a document with its sources, and from nothing with --no-docs", async () => {
  await using it = await stage()
  await using folder = await testFolder({
    "notes.md": "# Notes\n\nA lease lasts for thirty days. Ask Clara for more.\n",
  })
  const question = "How long does a lease last?"
  const cited = await it.amelia(["chat", question, "--doc", folder.at("notes.md")])
  expect(cited.code).toBe(0)
  expect(cited.out).toEndWith(
    "\nSources\n[1] notes.md › Notes\n    “A lease lasts for thirty days”\n",
  )
  expect(cited.err).toContain(`passages for “${question}”`)
  const all = await it.amelia(["chat", "--json"], `${question}\n`)
  expect(JSON.parse(all.out)).toMatchObject({
    citations: [{ document_name: "notes.md", quote: "A lease lasts for thirty days" }],
    searches: [{ query: question }],
  })
  const without = await it.amelia(["chat", "Why?", "--no-docs"], "some text")
  expect(without.out).toBe("You said: Why?\n\nsome text\n")
})

test("at a terminal answers stream, ctrl+c stops an answer and then leaves, and a session is shown again", async () => {
  await using it = await stage()
  const talk = chatAt(it.server.home)
  await talk.sees("> ")
  talk.type("first line\rsecond")
  talk.type(" line\r")
  await talk.sees("You said: first line")
  await talk.sees("second line")
  await talk.sees("> ")
  talk.type("slowly\r")
  await talk.sees("said nobody.")
  talk.type(CTRL_C)
  await talk.sees("(stopped)")
  await talk.sees("> ")
  talk.type(CTRL_C)
  await talk.sees("To continue: amelia chat --session ")
  const [session] = await it.client.listSessions()
  await talk.sees(session!.id)
  expect(await talk.exited).toBe(0)
  expect(session).toMatchObject({ message_count: 4 })

  const again = chatAt(it.server.home, ["--session", session!.id])
  await again.sees("> first line")
  await again.sees("> slowly")
  await again.sees("\n> ")
  again.type(CTRL_C)
  expect(await again.exited).toBe(0)
})
