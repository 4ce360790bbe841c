/**
 * `bun run check` runs format and lint, types, tidy and the fast tests in parallel. Prints one line
 * per part, and the output of those that failed.
 */
import { resolve } from "node:path"

const root = resolve(import.meta.dir, "../..")

/** The name of each part, and its package.json script or test file. */
const parts: [string, string[]][] = [
  ["format and lint", ["run", "lint"]],
  ["types", ["run", "types"]],
  ["tidy", ["test", "--timeout=300000", "./test/tidy.test.ts"]],
  ["fast tests", ["run", "test:fast"]],
]

const results = await Promise.all(parts.map(([name, command]) => runPart(name, command)))
const failed = results.filter(({ ok }) => !ok)
for (const { name, output } of failed) say(`\n── ${name} ──\n${output.trimEnd()}`)
process.exit(failed.length > 0 ? 1 : 0)

async function runPart(name: string, command: string[]) {
  const begun = performance.now()
  const child = Bun.spawn([process.execPath, ...command], {
    cwd: root,
    env: { ...process.env, NO_COLOR: "1" },
    stdio: ["ignore", "pipe", "pipe"],
  })
  const texts = [child.stdout, child.stderr].map((it) => new Response(it).text())
  const output = (await Promise.all(texts)).join("\n").replace(/^(\(pass\).*)?\n/gm, "")
  const ok = (await child.exited) === 0
  const seconds = ((performance.now() - begun) / 1000).toFixed(1)
  say(`${ok ? "ok    " : "FAILED"} ${name.padEnd(16)} ${seconds.padStart(5)} s`)
  return { name, ok, output }
}

function say(text: string): void {
  process.stdout.write(`${text}\n`)
}
