import { expect, test } from "bun:test"
import { readFile } from "node:fs/promises"
import { freshHome } from "./support/database"
import { serveProcess } from "./support/process"
import { testServer } from "./support/server"

/** A timer of 100 ms alone would wake it ten times a second. */
const WAKES_A_SECOND = 5

test.skipIf(process.platform !== "linux")("an unused server becomes idle", async () => {
  await using at = await freshHome()
  await using server = await serveProcess({ home: at.home })
  for (;;) {
    const before = await wakes(server.pid)
    await Bun.sleep(1000)
    if ((await wakes(server.pid)) - before <= WAKES_A_SECOND) break
  }
})

test("metrics show an event loop that is blocked repeatedly", async () => {
  await using server = await testServer()
  await server.client.metrics()
  for (const until = performance.now() + 5000; performance.now() < until; ) {
    Bun.sleepSync(19)
    await new Promise(setImmediate)
  }
  expect((await server.client.metrics()).process.event_loop_delay_ms).toBeGreaterThan(0)
})

/** How often the main thread of a process has gone to sleep so far. */
async function wakes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/task/${pid}/status`, "utf8")
  return Number(/^voluntary_ctxt_switches:\s+(\d+)/m.exec(status)?.[1])
}
