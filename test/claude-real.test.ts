import { expect, test } from "bun:test"
import { join } from "node:path"
import { descendantsOf, listProcesses } from "../src/children/processes"
import { anthropicPeer, type MessagesRequest } from "./support/anthropic-peer"
import { freshHome } from "./support/database"
import type { ToolUse } from "./support/model-peer"
import { processesOf, serveProcess } from "./support/process"
import { testRepository } from "./support/repository"
import { finishedAgent } from "./support/agents"

/** The program itself, of which no copy is kept here: CLAUDE_CODE_REAL, or what is on the PATH. */
const real = process.env.CLAUDE_CODE_REAL ?? Bun.which("claude")
const testReal = test.skipIf(!real)
const skipped = "(skipped without CLAUDE_CODE_REAL or claude on the PATH)"

/** Uses a tool when it is asked first, and is done when it has heard what that gave. */
function uses(tool: ToolUse) {
  return ({ messages }: MessagesRequest) => {
    const heard = JSON.stringify(messages.at(-1)).includes("tool_result")
    return heard ? "I wrote it." : { text: "I begin.", tool }
  }
}

/** A server in a process of its own with the real program, which talks to a peer of ours. */
async function serving(tool: (repo: string) => ToolUse, allowed_tools: string[] = []) {
  const repo = await testRepository()
  const peer = await anthropicPeer({ answer: uses(tool(repo.path)) })
  const data = await freshHome()
  const env = {
    ...{ CLAUDE_CODE_PATH: real ?? "", ANTHROPIC_API_KEY: "sk-ant-test-0001" },
    ...{ ANTHROPIC_BASE_URL: peer.url, AMELIA_TOKEN: "secret-token-0001" },
  }
  const server = await serveProcess({ home: data.home, env })
  const agent = await server.client.createAgent({ name: "Coder", type: "claude_code", allowed_tools })
  return {
    ...{ repo, peer, server, agent, client: server.client, home: data.home },
    input: { query: "Write hello into a.txt.", repo: repo.path },
    async [Symbol.asyncDispose]() {
      for (const it of [server, data, peer, repo]) await it[Symbol.asyncDispose]()
    },
  }
}
