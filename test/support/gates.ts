import type { Run } from "../../src/features/runs/schema"
import { type AnthropicPeer, anthropicPeer, sampleAnswer } from "./anthropic-peer"
import { reached } from "./runs"
import { type TestServer, testServer } from "./server"

export const waits = (run: Run) => run.status === "waiting"

export type Stage = { peer: AnthropicPeer; server: TestServer; agent: string }

/** A server with a model that numbers its drafts, or gives samples, and an agent that writes them. */
export async function stage(
  settings: Record<string, string> = {},
  answer?: "sample" | ((prompt: string) => string),
): Promise<Stage & AsyncDisposable> {
  const peer: AnthropicPeer = await anthropicPeer({
    answer: (request) => {
      if (answer === "sample") return sampleAnswer(request)
      const prompt = request.messages.map(({ content }) => content).join("\n")
      return answer?.(prompt) ?? `Draft ${peer.requests.length}.`
    },
  })
  const key = { ANTHROPIC_API_KEY: "sk-ant-test", ANTHROPIC_BASE_URL: peer.url }
  const server = await testServer({ settings: { ...key, ...settings } })
  const writer = { name: "Writer", type: "custom", system_prompt: "You write drafts." } as const
  const { id: agent } = await server.client.createAgent(writer)
  return {
    ...{ peer, server, agent },
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]()
      await peer[Symbol.asyncDispose]()
    },
  }
}

export async function start({ server: { client } }: Stage, nodes: object[]): Promise<Run> {
  const workflow = await client.createWorkflow({ name: "W", graph_definition: { nodes } })
  return client.startWorkflow(workflow.id, { query: "Write it." })
}

/** draft → gate → final, at its gate. */
export async function atGate(stage: Stage, gate: object = {}): Promise<Run> {
  const { agent, server } = stage
  const { id } = await start(stage, [
    { id: "draft", name: "Draft", agent },
    { id: "gate", name: "Look at it", type: "gate", dependencies: ["draft"], ...gate },
    { id: "final", name: "Final", agent, dependencies: ["gate"] },
  ])
  return reached(server.client, id, waits)
}
