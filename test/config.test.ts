import { afterAll, beforeAll, describe, expect, test } from "bun:test"
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import fc from "fast-check"
import { type ConfigSources, readConfig, redact, secretsOf } from "../src/platform/config/config"
import { parseEnv } from "../src/platform/config/env-file"
import { settingNames, settingOf } from "../src/platform/config/settings"
import { resolveHome } from "../src/platform/home/home"
import { rejection } from "./support/rejection"

let home = ""
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "amelia-config-"))
})
afterAll(() => rm(home, { recursive: true }))

const key = "sk-ant-0123456789abcdef"

/** Reads the configuration from only the given sources. */
async function read(env: Record<string, string> = {}, flags: ConfigSources["flags"] = {}) {
  return await readConfig({ flags: { home, ...flags }, env, cwd: home })
}

async function withFile<T>(text: string, work: () => Promise<T>): Promise<T> {
  const path = join(home, "config.env")
  await writeFile(path, text, { mode: 0o600 })
  return await work().finally(() => rm(path))
}

async function refusal(reading: Promise<unknown>): Promise<string> {
  const error = await reading.then(
    () => undefined,
    (error: Error) => error,
  )
  expect(error?.name).toBe("ConfigurationError")
  return error?.message ?? ""
}

describe("sources", () => {
  test("later sources win: defaults, the file, the environment, flags", async () => {
    expect((await read()).config.port).toBe(8000)
    await withFile("PORT=8001", async () => {
      expect((await read()).config.port).toBe(8001)
      expect((await read({ PORT: "8002" })).config.port).toBe(8002)
      expect((await read({ PORT: "8002" }, { PORT: "8003" })).config.port).toBe(8003)
    })
  })

  test("names work in any case, and the prefixed name wins", async () => {
    expect((await read({ rag_top_k: "7" })).config.ragTopK).toBe(7)
    expect((await read({ PORT: "1", Amelia_Port: "2" })).config.port).toBe(2)
  })

  test("a shell's HOST, DEBUG and ENVIRONMENT are ignored without the prefix", async () => {
    const shell = { HOST: "example.org", DEBUG: "app:*", ENVIRONMENT: "staging" }
    const { config } = await read(shell)
    expect(config).toMatchObject({ host: "127.0.0.1", debug: false, environment: "production" })
    const prefixed = { AMELIA_HOST: "::1", AMELIA_DEBUG: "1", AMELIA_ENVIRONMENT: "Testing" }
    const expected = { host: "::1", debug: true, environment: "testing" }
    expect((await read({ ...shell, ...prefixed })).config).toMatchObject(expected)
    await withFile("HOST=localhost\nDEBUG=on", async () => {
      expect((await read()).config).toMatchObject({ host: "localhost", debug: true })
    })
  })

  test("an empty value counts as not set, in any source", async () => {
    await withFile("PORT=9000\nANTHROPIC_API_KEY=", async () => {
      const { config } = await read({ PORT: "", AMELIA_PORT: " ", ANTHROPIC_API_KEY: "" })
      expect(config).toMatchObject({ port: 9000, anthropicApiKey: undefined })
    })
  })

  test("a .env in the current directory changes nothing", async () => {
    await writeFile(join(home, ".env"), "PORT=6666\nCLAUDE_CODE_PATH=/tmp/evil")
    expect((await read()).config).toMatchObject({ port: 8000, claudeCodePath: "claude" })
  })

  test("--env-file replaces config.env and must exist", async () => {
    await writeFile(join(home, "other.env"), "RAG_TOP_K=9")
    await withFile("RAG_TOP_K=8\nPORT=8001", async () => {
      const { config } = await read({}, { envFile: "other.env" })
      expect(config).toMatchObject({ ragTopK: 9, port: 8000 })
    })
    expect(await refusal(read({}, { envFile: "none.env" }))).toContain("none.env")
  })

  test("quotes, comments, export and Windows line endings are parsed", () => {
    const text =
      "\uFEFFexport A=1 # one\r\nB=\"two # 2\"\r\nC='x=y'\r\n\r\n# D=4\r\nE=a#b\r\nF=#\r\nno"
    const values = { A: "1", B: "two # 2", C: "x=y", E: "a#b", F: "" }
    expect(parseEnv(text)).toEqual({ values, wrongLines: [8] })
  })

  test("the home is the flag, AMELIA_HOME, XDG_DATA_HOME or ~/.local/share", () => {
    const env = { AMELIA_HOME: "/a", XDG_DATA_HOME: "/x", HOME: "/h" }
    const cwd = "/c"
    expect(resolveHome({ flag: "f", env, cwd })).toBe("/c/f")
    expect(resolveHome({ env, cwd })).toBe("/a")
    expect(resolveHome({ env: { ...env, AMELIA_HOME: "" }, cwd })).toBe("/x/amelia")
    expect(resolveHome({ env: { HOME: "/h", XDG_DATA_HOME: "x" }, cwd })).toBe(
      "/h/.local/share/amelia",
    )
  })
})

describe("wrong settings", () => {
  test("one message lists each wrong setting, its value and what is accepted", async () => {
    const env = { PORT: "70000", LOG_LEVEL: "loud", CHUNK_SIZE: "99", RATE_LIMIT_UPLOADS: "5" }
    const message = await refusal(read({ ...env, ALLOW_PRIVATE_URLS: "maybe" }))
    expect(message).toContain('PORT: "70000" is wrong: it must be a whole number, from 0 to 65535')
    expect(message).toContain("DEBUG, INFO, WARNING, ERROR, CRITICAL")
    expect(message).toContain("100 to")
    expect(message).toContain("5/minute")
    expect(message).toContain("true or false")
  })

  test("a secret's value is never shown", async () => {
    const url = "mysql://me:hunter22@db/x"
    const env = { ANTHROPIC_API_KEY: "wrong-key-42", DATABASE_URL: url, AMELIA_TOKEN: "a b" }
    const message = await refusal(read({ ...env, OLLAMA_BASE_URL: "http://u:pass99@h" }))
    expect(message).toContain("sk-ant-")
    for (const shown of ["wrong-key-42", "hunter22", "a b", "pass99"]) {
      expect(message).not.toContain(shown)
    }
  })

  test("the overlap must be smaller than the chunk", async () => {
    const env = { CHUNK_SIZE: "300", CHUNK_OVERLAP: "300" }
    expect(await refusal(read(env))).toContain("less than CHUNK_SIZE, which is 300")
  })

  test("listening for other machines requires a token", async () => {
    for (const host of ["0.0.0.0", "192.168.1.5", "::", "example.org"]) {
      expect(await refusal(read({ AMELIA_HOST: host }))).toContain("AMELIA_TOKEN")
    }
    const open = await read({ AMELIA_HOST: "0.0.0.0", AMELIA_TOKEN: "t0ken" })
    expect(open.config.host).toBe("0.0.0.0")
  })

  test("only digits are accepted as a whole number", async () => {
    const texts = fc.string().filter((it) => it.trim() !== "" && !/^\d+$/.test(it.trim()))
    await fc.assert(
      fc.asyncProperty(texts, async (text) => void (await refusal(read({ PORT: text })))),
      { numRuns: 200 },
    )
  })
})

describe("warnings", () => {
  test("a setting that nothing uses yet gets a warning, and a budget doesn't", async () => {
    const env = { ANTHROPIC_API_KEY: key, BUDGET_RUN_USD: "1", BUDGET_DAY_USD: "9" }
    const { warnings } = await read({ ...env, AMELIA_ENVIRONMENT: "testing" })
    expect(warnings).toEqual([expect.stringContaining("ENVIRONMENT is set, but nothing")])
  })

  test("an unusual OpenRouter key and long chunks are allowed with a warning", async () => {
    const { warnings } = await read({
      ...{ ANTHROPIC_API_KEY: key, OPENROUTER_API_KEY: "abc", CHUNK_SIZE: "5000" },
    })
    expect(warnings).toEqual([
      expect.stringContaining("sk-or-"),
      expect.stringContaining("CHUNK_SIZE is 5000"),
    ])
  })

  test("an unknown name in config.env is an error with the nearest setting", async () => {
    await withFile(`ANTHROPIC_KEY=${key}\nCHUNKSIZE=200\nXYZZY=1`, async () => {
      const { message } = await rejection(read())
      const from = `(from ${join(home, "config.env")}).`
      expect(message.split("\n")).toEqual([
        "3 settings are wrong, so Amelia did not start.",
        `  ANTHROPIC_KEY: is not an Amelia setting; did you mean ANTHROPIC_API_KEY? ${from}`,
        `  CHUNKSIZE: is not an Amelia setting; did you mean CHUNK_SIZE? ${from}`,
        `  XYZZY: is not an Amelia setting ${from}`,
      ])
    })
  })

  test("unknown names in the environment or in another env file, which programs share, are no error", async () => {
    const envFile = join(home, "shared.env")
    await writeFile(envFile, "CHUNKSIZE=200\nXYZZY=1\n", { mode: 0o600 })
    const { warnings } = await read({ AMELIA_CHUNKSIZE: "1" }, { envFile })
    expect(warnings).toEqual([
      `CHUNKSIZE in ${envFile} is not an Amelia setting; did you mean CHUNK_SIZE?`,
      `XYZZY in ${envFile} is not an Amelia setting.`,
    ])
  })

  test("a file that others can read is reported with the command that fixes it", async () => {
    const envFile = join(home, "other.env")
    await writeFile(envFile, "PORT=1")
    await chmod(envFile, 0o640)
    expect((await read({}, { envFile })).warnings[0]).toContain(`chmod 600 ${envFile}`)
  })
})

describe("secrets", () => {
  test("at most the last four characters are shown, and none of a short secret", () => {
    expect(redact(key)).toBe("sk-…cdef")
    expect(redact("0123456789abcdef")).toBe("…cdef")
    expect(redact("sk-ant-1")).toBe("…")
  })

  test("passwords in a database URL are secrets too, as written and decoded", async () => {
    const { config } = await read({ DATABASE_URL: "postgres://u:p%40ss@h/x" })
    expect(secretsOf(config)).toEqual(["postgres://u:p%40ss@h/x", "p%40ss", "p@ss"])
  })
})

test(".env.example lists each setting exactly once, with its default", async () => {
  const text = await Bun.file(join(import.meta.dir, "..", ".env.example")).text()
  const listed = [...text.matchAll(/^# ([A-Z_]+)=(.*)$/gm)].map(([, name, value]) => [name, value])
  expect(listed).toEqual(settingNames.map((name) => [name, settingOf(name).standard]))
})
