import { expect, test } from "bun:test"
import { join } from "node:path"
import { Glob } from "bun"
import { noPostgres, postgresPrograms, startPostgres } from "../support/postgres"

const root = join(import.meta.dir, "../..")

/** Each part of the schema and each kind of statement. `bun run test:postgres` runs all files. */
const CORE =
  "budgets chat checkpoint documents embeddings events flow gates insert-many lexical retention run-verbs search settings step vectors workflows"

test.skipIf(!postgresPrograms)(
  `what is promised of the embedded engine holds on a PostgreSQL server (${noPostgres})`,
  async () => {
    await using server = await startPostgres()
    const child = Bun.spawn(
      [process.execPath, "test", "--timeout=300000", "--parallel=2", ...(await filesToRun())],
      {
        cwd: root,
        env: { ...process.env, TEST_DATABASE_URL: server.url },
        stdout: "pipe",
        stderr: "pipe",
      },
    )
    const [said] = await Promise.all([
      new Response(child.stderr).text(),
      new Response(child.stdout).text(),
    ])
    expect(await child.exited, said.replace(/^\(pass\).*\n/gm, "")).toBe(0)
  },
  3_600_000,
)

/** Returns the test files that open the database under test: all, or the core. */
async function filesToRun(): Promise<string[]> {
  const core = CORE.split(" ").map((name) => `test/${name}.test.ts`)
  if (process.env.AMELIA_POSTGRES !== "all") return core
  const found = await Array.fromAsync(new Glob("test/*.test.ts").scan({ cwd: root }))
  const files = found.sort().map((path) => ({ path, file: Bun.file(join(root, path)) }))
  const texts = await Promise.all(files.map(({ file }) => file.text()))
  return files.flatMap(({ path }, i) =>
    /\b(testServer|openTestDatabase)\(/.test(texts[i] ?? "") ? [path] : [],
  )
}
