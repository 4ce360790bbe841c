import type { Artifact, Run } from "../../src/features/runs/schema"
import type { Client } from "../../src/ways-in/client/client"
import { type AnthropicPeer, anthropicPeer } from "./anthropic-peer"
import { reached } from "./runs"
import { type TestServer, testServer } from "./server"

export type Stage = {
  peer: AnthropicPeer
  server: TestServer
  client: Client
  agent: string
} & AsyncDisposable

/** A server with a model that numbers its drafts and fails once, and an agent that writes them. */
export async function stage(settings: Record<string, string> = {}): Promise<Stage> {
  let failed = false
  const peer: AnthropicPeer = await anthropicPeer({
    answer: ({ messages }) => {
      if (!failed && messages.some(({ content }) => content.includes("fail once"))) {
        failed = true
        return { fault: "truncate", after: "Dra" }
      }
      return `Draft ${peer.requests.length}.`
    },
  })
  const key = { ANTHROPIC_API_KEY: "sk-ant-test", ANTHROPIC_BASE_URL: peer.url }
  const server = await testServer({ settings: { ...key, ...settings } })
  const writer = { name: "Writer", type: "custom", system_prompt: "You write drafts." } as const
  const { id: agent } = await server.client.createAgent(writer)
  return {
    ...{ peer, server, agent, client: server.client },
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]()
      await peer[Symbol.asyncDispose]()
    },
  }
}

/** first → left and right at once → each of three → gate → last; its gate's id is `gate`. */
export function nodesOf(agent: string) {
  const items = `["one", "two", "three"]`
  return [
    { id: "first", name: "First", agent, prompt: "fail once" },
    { id: "left", name: "Left", agent, dependencies: ["first"] },
    { id: "right", name: "Right", agent, dependencies: ["first"] },
    {
      ...{ id: "each", name: "Each", type: "map", over: items, parallelism: 2, node: { agent } },
      dependencies: ["left", "right"],
    },
    { id: "join", name: "Join", agent, dependencies: ["each"] },
    { id: "gate", name: "Gate", type: "gate", dependencies: ["join"] },
    { id: "last", name: "Last", agent, dependencies: ["gate"] },
  ]
}

export async function start(client: Client, nodes: object[]): Promise<Run> {
  const graph_definition = { nodes } as never
  const workflow = await client.createWorkflow({ name: "W", graph_definition })
  return client.startWorkflow(workflow.id, { query: "Write it." })
}

/** Runs all of `nodesOf`, with an edit, a revision and an approval at its gate. */
export async function steeredRun({ client, agent }: Stage): Promise<Run> {
  const { id } = await start(client, nodesOf(agent))
  const atVersion = (version: number) =>
    reached(client, id, (run) => run.waiting?.version === version)
  await atVersion(1)
  await client.decide(id, "gate", { decision: "edit", version: 1, content: "By hand." })
  const feedback = "Shorter."
  await client.decide(id, "gate", { decision: "request_changes", version: 2, feedback })
  await atVersion(3)
  await client.decide(id, "gate", { decision: "approve", version: 3 })
  return reached(client, id, ({ status }) => status === "completed")
}

/** What a run made, version by version, without what every run has of its own. */
export async function madeBy(client: Client, { id, nodes }: Run) {
  const versions = await Promise.all(
    Object.keys(nodes).map((node) => client.listVersions(id, node)),
  )
  return versions.flat().map(({ id: _, created_at: _at, ...it }: Artifact) => it)
}
