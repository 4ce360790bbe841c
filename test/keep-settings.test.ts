import { expect, test } from "bun:test"
import { lstat, mkdtemp, readdir, rm, stat, symlink, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { keepSettings, readConfig } from "../src/platform/config/config"
import { parseEnv, withValues } from "../src/platform/config/env-file"
import { createLog } from "../src/platform/log/log"
import { rejection } from "./support/rejection"

const KEY = "sk-ant-a-good-key-0001"

async function home() {
  const dir = await mkdtemp(join(tmpdir(), "amelia-keep-"))
  const env = { AMELIA_HOME: dir }
  return {
    ...{ dir, path: join(dir, "config.env"), env },
    read: async (more = {}) => (await readConfig({ env: { ...env, ...more } })).config,
    [Symbol.asyncDispose]: () => rm(dir, { recursive: true, force: true }),
  }
}

const files: [string, string, string][] = [
  ["an empty file", "", "PORT=1\n"],
  [
    "comments and other lines",
    "# a\n\nHOST=::1 # b\nPORT=9\n#PORT=8\n",
    "# a\n\nHOST=::1 # b\nPORT=1\n#PORT=8\n",
  ],
  ["no line end at its end", "HOST=::1", "HOST=::1\nPORT=1\n"],
  ["Windows line ends", "HOST=::1\r\nPORT=9\r\n", "HOST=::1\r\nPORT=1\r\n"],
  [
    "several lines for it",
    "AMELIA_PORT=7\nexport port=8\nHOST=::1\nPORT=9\n",
    "PORT=1\nHOST=::1\n",
  ],
]

test.each(files)("setting a value keeps the rest of a file: %s", (_, before, after) => {
  expect(withValues(before, { PORT: "1" })).toBe(after)
})

test("a value is quoted where it would be read differently", () => {
  for (const value of ["plain", "#hash", '"quoted"', "'single'", "a=b#c", "$HOME"]) {
    expect(parseEnv(withValues("", { X: value })).values.X).toBe(value)
  }
})

test("kept settings hold at once and at the next start, in a file for its owner alone", async () => {
  await using at = await home()
  const config = await at.read()
  keepSettings(config, { ANTHROPIC_API_KEY: KEY })
  expect(config.anthropicApiKey).toBe(KEY)
  expect((await at.read()).anthropicApiKey).toBe(KEY)
  expect((await stat(at.path)).mode & 0o777).toBe(0o600)
  expect(await readdir(at.dir)).toEqual(["config.env"])
})

test("a settings file that is a link to another place stays one", async () => {
  await using at = await home()
  await using other = await home()
  await writeFile(other.path, "# shared\n", { mode: 0o600 })
  await symlink(other.path, at.path)
  keepSettings(await at.read(), { OPENROUTER_API_KEY: "sk-or-1" })
  expect((await lstat(at.path)).isSymbolicLink()).toBe(true)
  expect(await Bun.file(other.path).text()).toBe("# shared\nOPENROUTER_API_KEY=sk-or-1\n")
})

test("nothing is kept if the environment decides, or if a value is wrong, which is not shown", async () => {
  await using at = await home()
  const config = await at.read({ ANTHROPIC_API_KEY: KEY })
  const keep = async (values: Parameters<typeof keepSettings>[1]) => keepSettings(config, values)
  const overridden = await rejection(keep({ ANTHROPIC_API_KEY: "sk-ant-other" }))
  expect(overridden.message).toContain("ANTHROPIC_API_KEY comes from the environment")
  const wrong = await rejection(keep({ OPENROUTER_API_KEY: "with space" }))
  expect(wrong.message).toContain("must be ASCII characters without spaces")
  expect(wrong.message).not.toContain("with space")
  expect(await readdir(at.dir)).toEqual([])
})

test("a key that was kept while running never appears in the log", async () => {
  await using at = await home()
  const config = await at.read({ LOG_FILE_ENABLED: "false" })
  let written = ""
  const write = (text: string) => {
    written += text
  }
  const { log, close } = createLog(config, { write, isTTY: false })
  keepSettings(config, { OPENROUTER_API_KEY: "an-unusual-key-1234" })
  log.info({ body: { key: "an-unusual-key-1234" } }, "It got an-unusual-key-1234.")
  close()
  expect(written).toContain("It got …1234.")
  expect(written).not.toContain("an-unusual")
})
