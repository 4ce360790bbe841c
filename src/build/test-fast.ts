/**
 * `bun run test:fast -- ARGUMENTS`: the tests that answer within a minute. A test file is among
 * them if it starts no server, database or program, or if it is listed below.
 */
import { join, resolve } from "node:path"
import { Glob } from "bun"

const root = resolve(import.meta.dir, "../..")

/** Support files that start something; tests that import one of them are slow by default. */
const starters =
  /support\/(server|database|amelia|process|browser|postgres|binary|sandbox|folder|runs|gates|crashes)"|\bspawn(Sync)?\(/

/**
 * Files that start a server and are worth it. Keep all of them together under 60 s on two idle
 * cores: `time bun test ./test/NAME.test.ts` tells what one costs.
 */
const worthIt = new Set(["documents", "runs", "search", "security"])

/** What the other parts of `bun run check` do, and one file that waits out silent providers. */
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
  const command = ["test", "--timeout=30000", "--parallel=2", ...files, ...process.argv.slice(2)]
  const child = Bun.spawn([process.execPath, ...command], {
    cwd: root,
    stdio: ["inherit", "inherit", "inherit"],
  })
  process.exit(await child.exited)
}
