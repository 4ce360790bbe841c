import { expect, test } from "bun:test"
import { resilient } from "../src/engines/models/resilience/resilient"
import { custom } from "../src/engines/roles/custom/role"
import { discovery } from "../src/engines/roles/discovery/role"
import { runRole } from "../src/features/agents/agent"
import type { Search } from "../src/features/agents/search-tool"
import type { RetrievalResult } from "../src/platform/shapes/passage"
import { anthropicPeer } from "./support/anthropic-peer"
import { inTurn } from "./support/model-peer"
import { ollamaPeer } from "./support/ollama-peer"
import { rejection } from "./support/rejection"
import { said, searching, type ToolSpeaker, toolSpeakers } from "./support/tool-speakers"

const [anthropic, , ollama] = toolSpeakers

const zebra: RetrievalResult = {
  ...{ content: "The notice is 42 days.", start: 0, end: 22, chunk_index: 0, page: null },
  ...{ document_id: "01900000-0000-7000-8000-000000000001", document_version: 1 },
  ...{ document_name: "zebra.md", heading_path: [], similarity: null, score: 1 },
  ...{ mode: "lexical", metadata: {} },
}

function work(
  subject: ToolSpeaker,
  url: string,
  search: Search,
  role: unknown = custom("Be brief."),
) {
  const provider = resilient(subject.service(url), { backoff_ms: 1 }, () => {})
  return runRole(role as typeof discovery, {
    ...{ query: "What?", passages: [], search },
    ask: (question, onDelta) =>
      provider.answer(
        { ...question, model: subject.model, max_tokens: 4096, temperature: 0 },
        { signal: new AbortController().signal, onDelta },
      ),
  })
}

const answered = "The notice is known."

for (const subject of toolSpeakers) {
  const wrong = [
    ["an unknown tool", { name: "delete_documents", input: "{}" }, /There is no tool/],
    ["input of the wrong shape", { name: "search_documents", input: '{"words":1}' }, /query/],
    ["input that is no JSON", { name: "search_documents", input: '{"query": "ze' }, /not JSON/],
  ] as const
  // Ollama parses the input and returns an object.
  for (const [what, call, sentence] of wrong.slice(0, subject.name === "ollama" ? 2 : 3)) {
    test(`${subject.name}: ${what} is returned to the model as an error`, async () => {
      const turns = inTurn({ text: "", tool_calls: [call] }, answered)
      await using peer = await subject.peer({ answer: turns })
      const searched: string[] = []
      const { raw } = await work(subject, peer.url, async ({ query }) => {
        searched.push(query)
        return []
      })
      expect(raw).toBe(answered)
      expect(searched).toEqual([])
      expect(said(peer.requests[1]!)).toMatch(sentence)
    })
  }

  test(`${subject.name}: a model that never stops searching is stopped at the limit`, async () => {
    await using peer = await subject.peer({ answer: () => searching("zebra") })
    const asked = work(subject, peer.url, async () => [zebra])
    // Ollama's last request has no tools, so anything it says is the answer.
    if (subject.name === "ollama") expect((await asked).raw).toBe("I look further.")
    else expect((await rejection(asked)).message).toContain("didn't answer within 8 rounds")
    expect(peer.requests).toHaveLength(9)
    expect(said(peer.requests[8]!)).toContain("[1] zebra.md: shown above.")
  })

  test(`${subject.name}: a model without tools works without them, and that is remembered`, async () => {
    if (subject.name === "anthropic") return
    const message = "This model does not support tools"
    await using peer = await subject.peer({
      answer: (request) => ("tools" in request ? { status: 400, message } : answered),
    })
    const service = subject.service(peer.url)
    const kept = { ...subject, service: () => service }
    for (const _ of [1, 2]) await work(kept, peer.url, async () => [])
    expect(peer.requests.map((request) => "tools" in request)).toEqual([true, false, false])
  })
}

test("a record's citations bind to search results, and its schema goes with the tools", async () => {
  const citations = [{ source: 1, quote: "42 days" }]
  const found = {
    ...{ summary: "S.", features: [], constraints: [], exclusions: [], open_questions: [] },
    requirements: [{ statement: "Notice is 42 days.", citations }],
  }
  const turns = inTurn(searching("notice"), JSON.stringify({ summary: 1 }), JSON.stringify(found))
  await using peer = await anthropicPeer({ answer: turns })
  const result = await work(anthropic!, peer.url, async () => [zebra], discovery)
  expect(result.citations).toMatchObject([{ document_name: "zebra.md", quote: "42 days" }])
  const [first, , repair] = peer.requests
  expect(first).toMatchObject({ cache_control: { type: "ephemeral" } })
  for (const request of peer.requests) {
    expect(request).toMatchObject({ system: first!.system, tools: first!.tools })
    expect(request.output_config).toEqual(first!.output_config)
    expect(request.messages[0]).toEqual(first!.messages[0])
  }
  expect(repair?.messages.map(({ role }) => role)).toEqual([
    "user",
    "assistant",
    "user",
    "assistant",
    "user",
  ])
})

test("Ollama's format is sent once the model has searched, and in the repair", async () => {
  const turns = inTurn(searching("notice"), "Let me think.", "{}")
  await using peer = await ollamaPeer({ answer: turns })
  const error = await rejection(work(ollama!, peer.url, async () => [zebra], discovery))
  expect(error.name).toBe("AgentExecutionError")
  const offered = peer.requests.map((request) => ["tools" in request, "format" in request])
  expect(offered).toEqual([
    [true, false],
    [true, false],
    [false, true],
  ])
})
