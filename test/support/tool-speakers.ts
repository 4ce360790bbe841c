import { createAnthropic } from "../../src/engines/models/anthropic"
import { createOllama } from "../../src/engines/models/ollama"
import { createOpenRouter } from "../../src/engines/models/openrouter"
import type { Service } from "../../src/engines/models/resilience/service"
import { anthropicPeer } from "./anthropic-peer"
import type { Peer, PeerOptions, Received } from "./model-peer"
import { ollamaPeer } from "./ollama-peer"
import { openRouterPeer } from "./openrouter-peer"

/** A service whose models call tools, and its peer. */
export type ToolSpeaker = {
  name: string
  model: string
  service(baseUrl: string): Service
  settings(baseUrl: string): Record<string, string>
  peer(options: PeerOptions<Received>): Promise<Peer<Received>>
}

export const ANTHROPIC_KEY = "sk-ant-test-0001"
const OPENROUTER_KEY = "sk-or-test-0001"

export const toolSpeakers: ToolSpeaker[] = [
  {
    name: "anthropic",
    model: "claude-sonnet-5-5",
    service: (baseUrl) => createAnthropic({ apiKey: ANTHROPIC_KEY, baseUrl }),
    settings: (url) => ({ ANTHROPIC_API_KEY: ANTHROPIC_KEY, ANTHROPIC_BASE_URL: url }),
    peer: anthropicPeer,
  },
  {
    name: "openrouter",
    model: "meta-llama/llama-3.3-70b-instruct",
    service: (baseUrl) => createOpenRouter({ apiKey: OPENROUTER_KEY, baseUrl }),
    settings: (url) => ({ OPENROUTER_API_KEY: OPENROUTER_KEY, OPENROUTER_BASE_URL: url }),
    peer: openRouterPeer,
  },
  {
    name: "ollama",
    model: "llama3.2:3b",
    service: (baseUrl) => createOllama({ baseUrl }),
    settings: (url) => ({ OLLAMA_BASE_URL: url }),
    peer: ollamaPeer,
  },
]

/** A turn that searches. */
export const searching = (query: string) => ({
  text: "I look further.",
  tool_calls: [{ name: "search_documents", input: JSON.stringify({ query, top_k: 2 }) }],
})

/** All that a request's messages say, whatever the protocol wraps it in. */
export const said = (request: Received) => JSON.stringify(Object(request).messages)
