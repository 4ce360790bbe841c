import { afterAll, beforeAll, expect, test } from "bun:test"
import { stat } from "node:fs/promises"
import { join } from "node:path"
import { command } from "./support/amelia"
import { type AnthropicPeer, anthropicPeer } from "./support/anthropic-peer"
import { claudeCli } from "./support/claude-cli"
import { freshHome } from "./support/database"
import { type OllamaPeer, ollamaPeer } from "./support/ollama-peer"
import { openRouterPeer } from "./support/openrouter-peer"
import { rejection } from "./support/rejection"
import { testServer } from "./support/server"

const KEY = "sk-ant-a-good-key-0001"
const WRONG = "sk-ant-a-wrong-key-0002"
const models = [{ id: "claude-sonnet-5-5" }, { id: "claude-haiku-5-5" }]

let cli: Awaited<ReturnType<typeof claudeCli>>
let ollama: OllamaPeer
let anthropic: AnthropicPeer
beforeAll(async () => {
  cli = await claudeCli()
  ollama = await ollamaPeer()
  anthropic = await anthropicPeer({ key: KEY, models })
})
afterAll(async () => {
  for (const it of [cli, ollama, anthropic]) await it[Symbol.asyncDispose]()
})

/** A server, and what commands without a terminal say of it. */
async function machine(settings: Record<string, string> = {}, home?: string) {
  const server = await testServer({ settings, ...(home ? { home } : {}) })
  const said = async (...args: string[]) => (await command(args, { home: server.home })).out
  return {
    ...{ server, client: server.client, home: server.home, said },
    auto: () => server.client.readDefaultModel(),
    /** The lines of a command's output with that word. */
    lines: async (name: string, word: RegExp) =>
      (await said(name)).split("\n").filter((line) => word.test(line)),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  }
}

const rules = "answers are picked from your documents by rules."

test("with nothing, each command says so and gives the lines to paste", async () => {
  await using it = await machine()
  expect(await it.auto()).toEqual({
    ...{ id: "offline", note: `No language model is set up, so ${rules}` },
    fix: "Run: amelia setup",
  })
  const listed = await it.said("setup")
  expect(listed).toContain("· Anthropic    ANTHROPIC_API_KEY is not set.")
  const line = `Put ANTHROPIC_API_KEY=sk-ant-… into ${it.home}/config.env and restart Amelia`
  expect(listed).toContain(`→ ${line}, or run: amelia setup\n`)
  expect(listed).toContain("→ Run: npm install -g @anthropic-ai/claude-code\n")
  expect(listed).toContain("· Ollama       No Ollama server answers at http://127.0.0.1:1.")
  expect(listed).toContain("To choose one: amelia setup --provider NAME")
  const doctor = await it.said("doctor")
  expect(doctor).toContain(`! Model              No language model is set up, so ${rules}`)
  expect(doctor).toContain("· Model anthropic    ANTHROPIC_API_KEY is not set.")
})

test("with Ollama, auto takes it and nothing asks for another", async () => {
  await using it = await machine({ OLLAMA_BASE_URL: ollama.url })
  expect(await it.auto()).toEqual({ id: "ollama/llama3.2:3b", note: null, fix: null })
  expect(await it.said("setup")).toContain(`✓ Ollama       It answers at ${ollama.url}.`)
  expect(await it.said("setup")).toContain("ollama/llama3.2:3b answers now.")
  expect(await it.lines("doctor", /Model/)).toEqual([
    "✓ Model              ollama/llama3.2:3b",
    "· Model anthropic    ANTHROPIC_API_KEY is not set.",
    "· Model claude-code  /nowhere/claude is not on the PATH.",
    "· Model openrouter   OPENROUTER_API_KEY is not set.",
    `✓ Model ollama       It answers at ${ollama.url}.`,
    "✓ Model offline      Always available.",
  ])
})

test("Claude Code that isn't logged in is passed over, and every command says why", async () => {
  await cli.login(false)
  const out = "Claude Code 2.1.330 is installed, but not logged in."
  const fix = `Run: ${cli.path} auth login`
  {
    await using it = await machine({ CLAUDE_CODE_PATH: cli.path })
    expect(await it.auto()).toEqual({ id: "offline", note: `${out} So ${rules}`, fix })
    expect(await it.said("setup")).toContain(`· Claude Code  ${out}\n               → ${fix}\n`)
    expect(await it.said("doctor")).toContain(`! Model claude-code  ${out}`)
  }
  await using it = await machine({ CLAUDE_CODE_PATH: cli.path, OLLAMA_BASE_URL: ollama.url })
  expect(await it.auto()).toEqual({
    ...{ id: "ollama/llama3.2:3b", note: `${out} So ollama/llama3.2:3b answers.`, fix },
  })
  // Asked anew, it is found at once.
  await cli.login(true)
  expect(await it.said("setup")).toContain(
    "✓ Claude Code  Claude Code 2.1.330 is installed and logged in.",
  )
  expect(await it.auto()).toEqual({ id: "claude-code/sonnet", note: null, fix: null })
  expect(await it.said("doctor")).toContain("✓ Model              claude-code/sonnet\n")
})

test("a refused key is found by doctor and setup, and auto passes it over until it is accepted", async () => {
  const settings = { ANTHROPIC_API_KEY: WRONG, ANTHROPIC_BASE_URL: anthropic.url }
  await using it = await machine({ ...settings, OLLAMA_BASE_URL: ollama.url })
  const refused = "Anthropic refused the API key: check ANTHROPIC_API_KEY."
  expect(await it.said("doctor")).toContain(
    `! Model anthropic    ${refused}\n                     → Correct ANTHROPIC_API_KEY, which comes from the environment.`,
  )
  expect(await it.auto()).toMatchObject({
    id: "ollama/llama3.2:3b",
    note: `${refused} So ollama/llama3.2:3b answers.`,
  })
  const other = { key: KEY }
  const error = await rejection(it.client.keepProvider("anthropic", other))
  expect(error).toMatchObject({ status: 400, message: expect.stringContaining("the environment") })
})

test("a key is tested, kept with the other lines of config.env, and used without a restart", async () => {
  await using at = await freshHome()
  const path = join(at.home, "config.env")
  await Bun.write(path, "# mine\nANTHROPIC_API_KEY=sk-ant-old\nLOG_LEVEL=ERROR # quiet\n")
  await using it = await machine({ ANTHROPIC_BASE_URL: anthropic.url }, at.home)
  await it.client.changeSettings({ default_model: "offline" })
  const env = { home: at.home }
  const wrong = await command(["setup", "--provider", "anthropic", "--key-stdin"], {
    ...{ ...env, input: `${WRONG}\n` },
  })
  expect(wrong).toMatchObject({ code: 2, out: "" })
  expect(wrong.err).toBe("Anthropic refused this key, so it was not kept.\n")
  expect(await Bun.file(path).text()).toContain("sk-ant-old")

  const args = ["setup", "--provider", "anthropic", "--key-stdin", "--model", "claude-haiku-5-5"]
  const right = await command(args, { ...env, input: `${KEY}\n` })
  expect(right).toMatchObject({ code: 0 })
  expect(right.out).toStartWith(
    `Anthropic accepts the key. anthropic/claude-haiku-5-5 answers from now on.\nKept in ${path}.`,
  )
  expect(await Bun.file(path).text()).toBe(
    `# mine\nANTHROPIC_API_KEY=${KEY}\nLOG_LEVEL=ERROR # quiet\nDEFAULT_MODEL=anthropic/claude-haiku-5-5\n`,
  )
  expect((await stat(path)).mode & 0o777).toBe(0o600)
  expect(await it.auto()).toEqual({ id: "anthropic/claude-haiku-5-5", note: null, fix: null })
  expect(await it.client.testProvider("anthropic")).toMatchObject({ ok: true })
  const settings = await it.client.getSettings()
  expect(settings.anthropic_api_key).toMatchObject({ value: "sk-…0001", source: path })
  expect(settings.default_model).toMatchObject({
    value: "anthropic/claude-haiku-5-5",
    source: path,
  })
  expect(await it.client.listAudit({ limit: 1 })).toMatchObject([
    {
      action: "set_up_provider",
      details: { provider: "Anthropic", settings: ["ANTHROPIC_API_KEY", "DEFAULT_MODEL"] },
    },
  ])
  const shown = JSON.stringify([right, wrong, settings, await it.client.listProviders()])
  expect(shown).not.toContain(KEY)
  expect(shown).not.toContain(WRONG)
})

test("on a terminal, it lists what it found, asks for a hidden key until one works, and for a model", async () => {
  await using openrouter = await openRouterPeer({
    key: "sk-or-good",
    models: [{ id: "openrouter/auto" }, { id: "a/b" }],
  })
  await using it = await machine({ OPENROUTER_BASE_URL: openrouter.url })
  const asked: string[] = []
  const answers =
    (...given: string[]) =>
    async (question: string) => {
      asked.push(question)
      return given.shift()
    }
  const done = await command(["setup"], {
    home: it.home,
    ask: answers("7", "openrouter", "2"),
    askHidden: answers("sk-or-bad", "sk-or-good"),
  })
  expect(asked).toEqual([
    "Which one should answer? 1 anthropic, 2 claude-code, 3 openrouter, 4 ollama, 5 offline [anthropic]: ",
    "Which one should answer? 1 anthropic, 2 claude-code, 3 openrouter, 4 ollama, 5 offline [anthropic]: ",
    "Paste your OpenRouter API key, which isn't shown (from openrouter.ai/settings/keys): ",
    "Paste your OpenRouter API key, which isn't shown (from openrouter.ai/settings/keys): ",
    "Model of OpenRouter, by number or name [openrouter/auto]: ",
  ])
  expect(done.err).toContain('"7" is none of these.\n')
  expect(done.err).toContain("OpenRouter refused the API key")
  expect(done.out).toStartWith(
    "OpenRouter accepts the key. $12.50 of its limit is left. openrouter/a/b answers",
  )
  const left = await command(["setup"], { home: it.home, ask: async () => undefined })
  expect(left).toMatchObject({ code: 1, err: expect.stringContaining("Nothing was changed.") })
})

test("a provider that isn't ready, an unknown one and an unknown model are refused with what to do", async () => {
  await using it = await machine({ OLLAMA_BASE_URL: ollama.url })
  const setup = (...args: string[]) => command(["setup", ...args], { home: it.home })
  const cases: [string[], number, string][] = [
    [["--provider", "claude-code"], 1, "Run: npm install -g @anthropic-ai/claude-code"],
    [["--provider", "openai"], 2, "Known providers: anthropic, claude-code, openrouter"],
    [["--provider", "anthropic"], 2, "amelia setup --provider anthropic --key-stdin < FILE"],
    [["--model", "x"], 2, "Name the provider too"],
    [["--provider", "ollama", "--model", "llama3.3:3b"], 2, "Did you mean llama3.2:3b?"],
    [["--provider", "ollama", "--key-stdin"], 2, "There is no key on stdin."],
  ]
  for (const [args, code, sentence] of cases) {
    expect(await setup(...args)).toMatchObject({ code, err: expect.stringContaining(sentence) })
  }
})
