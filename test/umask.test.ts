import { expect, test } from "bun:test"
import { lstat, readdir, stat } from "node:fs/promises"
import { join } from "node:path"
import { claudeCli } from "./support/claude-cli"
import { emptyHome, freshHome } from "./support/database"
import { someDocuments } from "./support/embeddings"
import { noModels, program, serveProcess } from "./support/process"
import { testRepository } from "./support/repository"

/** `amelia` as a shell with this umask starts it. */
const under = (umask: string) => ["sh", "-c", `umask ${umask}; exec "$0" "$@"`, ...program]

const modeOf = async (path: string) => ((await stat(path)).mode & 0o777).toString(8)

test("nothing in a home is readable by others, whatever the umask", async () => {
  await using at = await emptyHome()
  const home = join(at.home, "new")
  // Bun itself keeps a cache in HOME.
  const env = { HOME: at.home }
  await using server = await serveProcess({ home, env, program: under("000") })
  const [document] = await server.client.uploadDocuments(someDocuments(1))
  await server.client.settleDocuments([document!])
  expect(await server.stop()).toBe(0)

  const all = await readdir(home, { recursive: true })
  expect(all).toEqual(expect.arrayContaining(["db/PG_VERSION", "db.lock", "logs/amelia.log"]))
  // The engine sets its own file modes, in a directory that nobody else can enter.
  const names = all.filter((name) => !name.startsWith("db/"))
  const modes = await Promise.all(names.map(async (name) => (await lstat(join(home, name))).mode))
  expect(names.filter((_, i) => ((modes[i] ?? 0) & 0o077) !== 0)).toEqual([])
})

test("files that Claude Code writes in a repository have the user's umask", async () => {
  await using at = await freshHome()
  await using repo = await testRepository()
  await using peer = await claudeCli({ write: join(repo.path, "made.txt"), text: "made" })
  const env = { CLAUDE_CODE_PATH: peer.path, HOME: peer.dir }
  await using server = await serveProcess({ ...at, env, program: under("002") })
  const { client } = server
  const { id } = await client.createAgent({ name: "Coder", type: "claude_code" })
  // The peer sends no result, which doesn't matter here.
  await client.runAgent(id, { input: { query: "Write.", repo: repo.path } }).catch(() => undefined)
  expect(await modeOf(join(repo.path, "made.txt"))).toBe("664")
})

test("files that a command writes for the user have the user's umask", async () => {
  await using at = await freshHome()
  const out = join(at.home, "plan", "first")
  const doc = join(at.home, "brief.md")
  await Bun.write(doc, "# Lantern\n\nUsers must be able to save a link.")
  const args = ["run", "discovery_design_planning", "--doc", doc, "--out", out]
  const env = { PATH: process.env.PATH ?? "", AMELIA_HOME: at.home, ...noModels }
  const child = Bun.spawn([...under("002"), ...args], { env, stdout: "ignore", stderr: "ignore" })
  expect(await child.exited).toBe(0)
  expect(await modeOf(out)).toBe("775")
  for (const name of await readdir(out)) expect(await modeOf(join(out, name))).toBe("664")
})
