import { createAnthropic } from "../../src/engines/models/anthropic"
import { createOffline } from "../../src/engines/models/offline"
import { resilient } from "../../src/engines/models/resilience/resilient"
import type { Role, Upstream } from "../../src/engines/roles/role"
import { runRole } from "../../src/features/agents/agent"
import type { RetrievalResult } from "../../src/platform/shapes/passage"
import type { AnthropicPeer } from "./anthropic-peer"

/** A passage of a document, by default of its beginning. */
export function passage(
  content: string,
  start = 0,
  more: Partial<RetrievalResult> = {},
): RetrievalResult {
  return {
    content,
    document_id: "01900000-0000-7000-8000-000000000001",
    document_name: "spec.md",
    document_version: 1,
    chunk_index: 0,
    start,
    end: start + content.length,
    page: null,
    heading_path: ["Reports"],
    similarity: null,
    score: 1,
    mode: "lexical",
    metadata: {},
    ...more,
  }
}

type Given = { passages: RetrievalResult[]; upstream?: Upstream; query?: string }

/** Has a peer do a role's work. */
export function askPeer<Output>(role: Role<Output>, peer: AnthropicPeer, given: Given) {
  const service = createAnthropic({ apiKey: "sk-ant-test", baseUrl: peer.url })
  const provider = resilient(service, {}, () => {})
  return runRole(role, {
    query: "What should be built?",
    ask: (question, onDelta) =>
      provider.answer(
        { ...question, model: "claude-sonnet-5-5", max_tokens: 4096, temperature: 0 },
        { signal: new AbortController().signal, onDelta },
      ),
    ...given,
  })
}

/** Has rules do it. */
export function askRules<Output>(role: Role<Output>, given: Given) {
  const offline = createOffline()
  return runRole(role, {
    query: "What should be built?",
    ask: (question, onDelta) =>
      offline.answer(
        { ...question, model: "offline", max_tokens: 1, temperature: 0 },
        { signal: new AbortController().signal, onDelta },
      ),
    ...given,
  })
}
