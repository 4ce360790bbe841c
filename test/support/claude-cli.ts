import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { ClaudeCode } from "../../src/engines/models/claude-code/program"
import type { Act, Seen } from "./claude-peer"

const peer = join(import.meta.dir, "claude-peer.ts")

/** What a session says that goes well. */
export const said = {
  init: { type: "system", subtype: "init", model: "claude-sonnet-5-5" },
  text: (text: string) => ({
    type: "stream_event",
    event: { type: "content_block_delta", index: 0, delta: { type: "text_delta", text } },
  }),
  uses: (name: string, input: object, id = "toolu_1") => ({
    type: "assistant",
    request_id: "req_peer",
    message: { content: [{ type: "tool_use", id, name, input }] },
  }),
  used: (id = "toolu_1") => ({
    type: "user",
    message: { content: [{ type: "tool_result", tool_use_id: id, content: "ok" }] },
  }),
  result: (more: object = {}) => ({
    type: "result",
    ...{ subtype: "success", is_error: false, terminal_reason: "completed", result: "Done." },
    ...{ num_turns: 2, total_cost_usd: 0.01, permission_denials: [] },
    usage: { input_tokens: 100, output_tokens: 20, cache_read_input_tokens: 50 },
    ...more,
  }),
}

/** A program in place of the CLI that does these acts each time, until others are set. */
export async function claudeCli(...first: Act[]) {
  const dir = await mkdtemp(join(tmpdir(), "amelia-claude-peer-"))
  const path = join(dir, "claude")
  // The CLI's own folder, since that can be written in a sandbox too.
  const state = join(dir, ".claude")
  await mkdir(state)
  await writeFile(path, `#!/bin/sh\nexec '${process.execPath}' '${peer}' '${state}' "$@"\n`)
  await chmod(path, 0o755)
  const set = (...acts: Act[]) => writeFile(join(state, "acts.json"), JSON.stringify(acts))
  await set(...first)
  /** What `auth status` says from now on. */
  const login = (loggedIn: boolean) =>
    writeFile(join(state, "login.json"), JSON.stringify({ loggedIn }))
  await login(true)
  const env = { PATH: process.env.PATH ?? "", HOME: dir }
  const program: ClaudeCode = { path, env, umask: process.umask() }
  return {
    ...{ path, dir, program, set, login },
    /** What it was given, each time that it was started for a session. */
    async seen(): Promise<Seen[]> {
      const text = await Bun.file(join(state, "seen.jsonl")).text()
      return text
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line))
    },
    /** What the scripts of `run` wrote. */
    ran: () => Bun.file(join(state, "ran.txt")).text(),
    [Symbol.asyncDispose]: () => rm(dir, { recursive: true, force: true }),
  }
}
