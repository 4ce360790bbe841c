import { expect, test } from "bun:test"
import { testBinary } from "./support/binary"

test("the binary alone, in an empty environment, starts, serves and ends", async () => {
  await using binary = await testBinary()
  const cwd = binary.directory
  const env = { HOME: cwd }

  for (const start of ["first", "second"]) {
    const argv = [binary.path, "serve", "--port", "0", "--json"]
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
