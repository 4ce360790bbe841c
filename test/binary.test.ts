import { expect, test } from "bun:test"
import { copyFile, mkdir } from "node:fs/promises"
import { join } from "node:path"
import { emptyHome } from "./support/database"

const root = join(import.meta.dir, "..")

/** The binary of the present sources, alone in an empty directory. */
async function binaryIn(directory: string): Promise<string> {
  // It builds if need be, and says so on stderr only.
  const built = Bun.spawn([process.execPath, join(root, "src/build/start.mjs"), "--version"])
  expect(await built.exited).toBe(0)
  const binary = join(directory, "amelia")
  await mkdir(directory, { recursive: true })
  await copyFile(join(root, "dist/amelia"), binary)
  return binary
}

test("the binary alone, in an empty environment, starts, serves and ends", async () => {
  await using at = await emptyHome()
  const cwd = join(at.home, "elsewhere")
  const binary = await binaryIn(cwd)
  const env = { HOME: at.home }

  for (const start of ["first", "second"]) {
    const argv = [binary, "serve", "--port", "0", "--json"]
    const server = Bun.spawn(argv, { cwd, env, stdout: "pipe", stderr: "ignore" })
    const reader = server.stdout.getReader()
    const line = new TextDecoder().decode((await reader.read()).value)
    const url = /http:\/\/127\.0\.0\.1:\d+/.exec(line)?.[0]
    expect(url, `${start} start said: ${line}`).toBeDefined()
    const health = await (await fetch(`${url}/health`)).json()
    expect(health).toMatchObject({ checks: { database: { status: "healthy" } } })
    expect(health).toMatchObject({ checks: { pgvector: { installed: true } } })
    for (const name of ["htmx.min.js", "hx-sse.min.js", "base.css"]) {
      const response = await fetch(`${url}/static/${name}`)
      expect(response.status).toBe(200)
      expect((await response.text()).length).toBeGreaterThan(100)
    }
    server.kill("SIGTERM")
    expect(await server.exited).toBe(0)
  }
}, 120_000)
