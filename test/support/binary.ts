import { copyFile, mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"

const root = join(import.meta.dir, "../..")

export type TestBinary = { path: string; directory: string } & AsyncDisposable

/**
 * The binary of the present sources, built if need be, alone in a directory of its own. That is on
 * the disk, since it would take the room of five homes in memory.
 */
export async function testBinary(): Promise<TestBinary> {
  const start = join(root, "src/build/start.mjs")
  const built = Bun.spawn([process.execPath, start, "--version"], {
    stdout: "ignore",
    stderr: "pipe",
  })
  const said = await new Response(built.stderr).text()
  if ((await built.exited) !== 0) throw new Error(`The binary was not built: ${said}`)
  const directory = await mkdtemp(join(tmpdir(), "amelia-binary-"))
  const path = join(directory, "amelia")
  await copyFile(join(root, "dist/amelia"), path)
  const remove = () => rm(directory, { recursive: true, force: true })
  return { path, directory, [Symbol.asyncDispose]: remove }
}
