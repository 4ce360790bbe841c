/**
 * `bun run test:fast -- ARGUMENTS` runs the tests that finish within a minute: test files that
 * start no server, database or program, and those listed below.
 */
import { join, resolve } from "node:path"
import { Glob } from "bun"

const root = resolve(import.meta.dir, "../..")

/** Support files that start something. Tests that import one are slow by default. */
const starters =
  /support\/(server|database|amelia|process|browser|postgres|binary|sandbox|folder|runs|gates|crashes)"|\bspawn(Sync)?\(/

/**
 * Files that start a server and are worth it. Together they should take under 60 s on two idle
 * cores: `time bun test ./test/NAME.test.ts` shows the cost of one.
 */
const worthIt = new Set(["documents", "runs", "search", "security"])

/** Tests that other parts of `bun run check` run, and one that waits for silent providers. */
const elsewhere = new Set(["check", "tidy", "faults"])

/** Paths of the fast test files, relative to the root. */
export async function fastTests(): Promise<string[]> {
  const names = await Array.fromAsync(new Glob("*.test.ts").scan({ cwd: join(root, "test") }))
  const chosen = names.sort().map(async (file) => {
    const name = file.replace(".test.ts", "")
    if (elsewhere.has(name)) return []
    const text = await Bun.file(join(root, "test", file)).text()
    return worthIt.has(name) || !starters.test(text) ? [`test/${file}`] : []
  })
  return (await Promise.all(chosen)).flat()
}

if (import.meta.main) {
  const files = (await fastTests()).map((file) => `./${file}`)
  const command = ["test", "--timeout=300000", "--parallel=2", ...files, ...process.argv.slice(2)]
  const child = Bun.spawn([process.execPath, ...command], {
    cwd: root,
    stdio: ["inherit", "inherit", "inherit"],
  })
  process.exit(await child.exited)
}
