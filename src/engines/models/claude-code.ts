import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { Sandbox } from "../../platform/processes/sandbox/policy"
import type { Sandboxes } from "../../platform/processes/sandbox/sandboxes"
import { kept, LIST_KEPT_MS } from "./catalog"
import { plainArguments } from "./claude-code/arguments"
import { type ClaudeCode, loginOf, lookFor } from "./claude-code/program"
import { runSession } from "./claude-code/run"
import { questionPolicy } from "./claude-code/sandbox"
import { unusable } from "./failure"
import { inWords } from "./images"
import type { Answered, Message, ModelRequest } from "./model"
import type { AttemptOptions, Service } from "./resilience/service"
import { schemaOf } from "./structured"

const DEFAULT_MODEL = "sonnet"
const models = [DEFAULT_MODEL, "opus", "haiku"]
/** Tokens. No model that Claude Code starts has a smaller one. */
const WINDOW = 200_000

/** Allows for the CLI's start and for thinking before the first token. */
const limits = { idle_timeout_ms: 120_000 }

/** Creates a provider that asks models through the Claude Code CLI, without its tools. */
export function createClaudeCode(
  program: ClaudeCode,
  timeout_ms: number,
  sandboxes: Sandboxes | undefined,
): Service {
  const look = kept(
    async () => ({ ...(await lookFor(program)), default_model: DEFAULT_MODEL, models }),
    LIST_KEPT_MS,
    ({ usable }) => !usable,
  )
  return {
    name: "claude-code",
    title: "Claude Code",
    address_setting: "CLAUDE_CODE_PATH",
    limits,
    accepts: (model) => models.includes(model) || /^claude-[\w.-]+(\[1m\])?$/.test(model),
    remedy: program.key
      ? { setting: "ANTHROPIC_API_KEY", value: "sk-ant-…" }
      : loginOf(program.path),
    availability: () => look(),
    takesImages: async () => false,
    window: async () => WINDOW,
    async check() {
      const { usable, refuses, reason } = await look(true)
      if (usable) return { sentence: reason, models: [] }
      throw unusable("claude-code", reason, refuses)
    },
    async attempt(request, options) {
      // An empty folder, so that it reads no project's instructions.
      const cwd = await mkdtemp(join(tmpdir(), "amelia-claude-"))
      try {
        const sandbox = await sandboxes?.confine(() => questionPolicy(program))
        return await attempt(program, request, { ...options, cwd, timeout_ms, sandbox })
      } finally {
        await rm(cwd, { recursive: true, force: true })
      }
    },
  }
}

async function attempt(
  program: ClaudeCode,
  { model, system, messages, max_tokens, output }: ModelRequest,
  options: AttemptOptions & { cwd: string; timeout_ms: number; sandbox: Sandbox | undefined },
): Promise<Answered> {
  const { signal, onDelta, cwd, timeout_ms, idle_timeout_ms, sandbox } = options
  // The CLI fetches no other schema, not even the meta-schema that `$schema` names.
  const schema = output && { ...schemaOf(output), $schema: undefined }
  const session = await runSession(program, {
    args: plainArguments({ model, system, ...(schema && { schema }) }),
    prompt: promptOf(messages),
    // Retries are up to the caller of this attempt.
    env: { CLAUDE_CODE_MAX_OUTPUT_TOKENS: String(max_tokens), CLAUDE_CODE_MAX_RETRIES: "0" },
    ...{ model, cwd, sandbox, signal, timeout_ms, idle_timeout_ms },
    onLine(line) {
      if (line.type !== "stream_event") return
      const { delta } = line.event
      // JSON output arrives as the input of the only tool.
      if (output && delta.type === "input_json_delta") onDelta(delta.partial_json)
      if (!output && delta.type === "text_delta") onDelta(delta.text)
    },
  })
  const { structured_output: shaped, usage, request_id, cost_usd } = session
  const text = output && shaped !== undefined ? JSON.stringify(shaped) : session.text
  const cost = cost_usd === null ? {} : { cost_usd }
  return { text, model: session.model, usage, request_id, ...cost }
}

/** Joins the messages into the one text that the CLI takes, each under its speaker. */
function promptOf(given: Message[]): string {
  const messages = given.map(inWords)
  const [only] = messages
  if (messages.length === 1 && only) return only.content
  const said = { user: "The user said", assistant: "You answered", tool: "A tool gave" }
  const parts = messages.map(({ role, content }) => `# ${said[role]}\n\n${content}`)
  return `${parts.join("\n\n")}\n\n# Answer the user's last words`
}
