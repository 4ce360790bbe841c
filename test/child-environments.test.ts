import { expect, test } from "bun:test"
import { chmod, mkdir, readdir, readFile } from "node:fs/promises"
import { join } from "node:path"
import { descendantsOf, listProcesses } from "../src/platform/processes/processes"
import { createClient } from "../src/ways-in/client/client"
import { claudeCli, said } from "./support/claude-cli"
import { freshHome } from "./support/database"
import { program } from "./support/process"
import { testRepository } from "./support/repository"
import { testFolder } from "./support/sandbox"

type Variables = Record<string, string>

const secrets = {
  AMELIA_TOKEN: "a-token-that-nobody-else-has",
  OPENROUTER_API_KEY: "sk-or-v1-nobody-else-has-it",
  OPENAI_API_KEY: "sk-of-another-program",
  DATABASE_PASSWORD: "a-password-of-a-shell",
}
const anthropicKey = "sk-ant-for-claude-code-alone"

/**
 * Programs under other programs' names, which write down their variables and then exec the real
 * ones.
 */
async function recorders(folder: string, names: string[]) {
  await mkdir(join(folder, "bin"))
  await mkdir(join(folder, "seen"))
  for (const name of names) {
    const real = Bun.which(name)
    const path = join(folder, "bin", name)
    const rest = real ? `exec ${real} "$@"` : ""
    await Bun.write(path, `#!/bin/sh\nenv -0 > ${folder}/seen/${name}-$$ 2>/dev/null\n${rest}\n`)
    await chmod(path, 0o755)
  }
  return async (name: string) => {
    const files = await readdir(join(folder, "seen"))
    const mine = files.filter((file) => file.startsWith(`${name}-`))
    return await Promise.all(
      mine.map(async (file) => variablesIn(await readFile(join(folder, "seen", file), "utf8"))),
    )
  }
}

function variablesIn(text: string): Variables {
  const pairs = text.split("\0").filter(Boolean)
  return Object.fromEntries(pairs.map((pair) => pair.split(/=(.*)/s) as [string, string]))
}

/** The variables of a process's running descendants, by their command lines. */
async function running(pid: number): Promise<[string, Variables][]> {
  const found = descendantsOf(pid, listProcesses()).map(
    async (it): Promise<[string, Variables][]> => {
      const read = (file: string) => readFile(`/proc/${it.pid}/${file}`, "utf8").catch(() => "")
      return [[(await read("cmdline")).replaceAll("\0", " "), variablesIn(await read("environ"))]]
    },
  )
  return (await Promise.all(found)).flat()
}

/** The key that a session has read, once it has. */
async function keyOf(peer: Awaited<ReturnType<typeof claudeCli>>): Promise<string | undefined> {
  for (;;) {
    const seen = await peer.seen().catch(() => [])
    if (seen.length > 0) return seen.at(-1)?.key
    await Bun.sleep(50)
  }
}

test.skipIf(process.platform !== "linux").each(["auto", "off"])(
  "no program that we start learns our location, or a key that it doesn't need (SANDBOX=%s)",
  async (SANDBOX) => {
    await using at = await testFolder()
    await using data = await freshHome()
    await using repo = await testRepository()
    await using peer = await claudeCli({ say: said.init }, { stall: true })
    const seen = await recorders(at.path, ["git", "xdg-open"])
    const child = Bun.spawn([...program, "serve", "--open", "--port", "0", "--json"], {
      env: {
        ...{ PATH: `${at.path}/bin:${process.env.PATH}`, HOME: peer.dir, SANDBOX },
        ...{ CLAUDE_CODE_PATH: peer.path, AMELIA_HOME: data.home, EMBEDDING_MODEL: "none" },
        ...{ ...secrets, ANTHROPIC_API_KEY: anthropicKey, OLLAMA_BASE_URL: "http://127.0.0.1:1" },
      },
      ...{ stdin: "ignore", stdout: "pipe", stderr: "ignore" },
    })
    try {
      const { value } = await child.stdout.getReader().read()
      const { url } = JSON.parse(new TextDecoder().decode(value))
      const client = createClient({ url, token: secrets.AMELIA_TOKEN })

      const lines = "A wombat digs.\n".repeat(400_000)
      await client.uploadDocuments([{ name: "long.log", content: new Blob([lines]) }])
      const converters = await until(child.pid, "convert-document")
      const coder = await client.createAgent({ name: "Coder", type: "claude_code" })
      await client.startAgent(coder.id, { input: { query: "Work.", repo: repo.path } })
      const sessions = await until(child.pid, "--session-id")
      const gits = await seen("git")
      const browsers = await seen("xdg-open")
      const kinds = {
        converters,
        sessions,
        gits,
        browsers,
        supervisors: await until(child.pid, "supervise-child"),
      }
      for (const [kind, all] of Object.entries(kinds))
        expect([kind, all.length]).not.toEqual([kind, 0])

      const ours = [...Object.values(secrets), data.home, url, new URL(url).host]
      // Claude Code gets its key through a pipe, so that nothing it starts finds it.
      const hidden = [...ours, anthropicKey]
      for (const [kind, all] of Object.entries(kinds)) {
        for (const variables of all) {
          const text = JSON.stringify(variables)
          expect([kind, hidden.filter((it) => text.includes(it))]).toEqual([kind, []])
          const named = Object.keys(variables).filter((name) => /AMELIA/i.test(name))
          expect(named.filter((name) => name !== "AMELIA_CHILD")).toEqual([])
        }
      }
      expect(await keyOf(peer)).toBe(anthropicKey)
    } finally {
      child.kill("SIGKILL")
      await child.exited
    }
  },
)

/** The variables of all processes whose command line contains a text, as soon as there is one. */
async function until(pid: number, text: string): Promise<Variables[]> {
  for (;;) {
    const found = (await running(pid)).filter(([line]) => line.includes(text))
    if (found.length > 0) return found.map(([, variables]) => variables)
    await Bun.sleep(5)
  }
}
