import { expect, test } from "bun:test"
import { join } from "node:path"

const root = join(import.meta.dir, "..")

/** The output of a package.json script that must succeed; empty if it did. */
async function complaints(script: string): Promise<string> {
  const child = Bun.spawn([process.execPath, "run", script], {
    cwd: root,
    env: { ...process.env, NO_COLOR: "1" },
    stdout: "pipe",
    stderr: "pipe",
  })
  const output = await Promise.all(
    [child.stdout, child.stderr].map((it) => new Response(it).text()),
  )
  return (await child.exited) === 0 ? "" : output.join("\n")
}

test("the code is formatted and linted, and no text reaches a page unescaped", async () => {
  expect(await complaints("lint")).toBe("")
})

test("the types are correct", async () => {
  expect(await complaints("types")).toBe("")
  // They take a minute on an idle machine.
}, 1_200_000)

test("the lockfile names no registry, so that it works with any", async () => {
  expect(await Bun.file(join(root, "bun.lock")).text()).not.toContain("http")
})

test("docs/dependencies.md has one line per dependency, and none for removed ones", async () => {
  const text = await Bun.file(join(root, "docs/dependencies.md")).text()
  const listed = [...text.matchAll(/^\| `([^`]+)` +\|/gm)].map(([, name]) => name)
  const { dependencies, devDependencies } = await Bun.file(join(root, "package.json")).json()
  const wanted = Object.keys({ ...dependencies, ...devDependencies })
  expect(listed.toSorted()).toEqual(wanted.toSorted())
})
