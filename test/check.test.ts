import { expect, test } from "bun:test"
import { join } from "node:path"

const root = join(import.meta.dir, "..")

/** The output of a command that must succeed; empty when it did. */
async function complaints(...command: string[]): Promise<string> {
  const child = Bun.spawn([process.execPath, "x", ...command], {
    cwd: root,
    stdout: "pipe",
    stderr: "pipe",
  })
  const output = await Promise.all(
    [child.stdout, child.stderr].map((it) => new Response(it).text()),
  )
  return (await child.exited) === 0 ? "" : output.join("\n")
}

test("the code is formatted and linted", async () => {
  expect(await complaints("biome", "ci", "--colors=off", ".")).toBe("")
}, 60_000)

test("the types hold", async () => {
  expect(await complaints("tsc", "--noEmit")).toBe("")
}, 120_000)

test("no text reaches a page unescaped", async () => {
  expect(await complaints("xss-scan", "-p", "tsconfig.json")).toBe("")
}, 120_000)

test("the lockfile names no registry, so that it fits any", async () => {
  expect(await Bun.file(join(root, "bun.lock")).text()).not.toContain("http")
})
