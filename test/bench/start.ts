/** `bun test/bench/start.ts`: how soon a server is there on a home that exists, and what it takes idle. */

import { program } from "../support/process"
import { type Figure, ofRuns, printFigures } from "./figures"
import { homeOnDisk, startServer, uploadMarkdown, usageOf } from "./server"

const corpus = { seed: 4, count: 200, bytes: 10_000 }
const RUNS = 9
const IDLE_MS = 5000

export async function measureStart(): Promise<Figure[]> {
  await using at = await homeOnDisk()
  const first = await startServer(at.home)
  await uploadMarkdown(first.client, corpus)
  await first.stop()
  const starts = []
  for (let run = 0; run < RUNS; run++) starts.push(await start(at.home, "SIGTERM"))
  const killed = []
  for (let run = 0; run < RUNS; run++) killed.push(await start(at.home, "SIGKILL"))
  await using idle = await startServer(at.home)
  await Bun.sleep(IDLE_MS)
  const { memory_mb } = await usageOf(idle.pid)
  return [
    ...ofRuns(
      "first answer",
      starts.map((it) => it.answered),
      "ms",
      "≤ 150",
    ),
    ...ofRuns(
      "ready",
      starts.map((it) => it.ready),
      "ms",
      "≤ 1,000",
    ),
    ...ofRuns(
      "ready after a kill",
      killed.map((it) => it.ready),
      "ms",
    ),
    { what: `memory after ${IDLE_MS / 1000} s without requests`, value: memory_mb, unit: "MB" },
  ]
}

/** Milliseconds from the start of the process to its first answer and to being ready. */
async function start(home: string, end: "SIGTERM" | "SIGKILL") {
  const port = await freePort()
  const begun = performance.now()
  const child = Bun.spawn([...program, "serve", "--port", String(port), "--home", home], {
    env: { PATH: process.env.PATH ?? "", HOME: home },
    stdio: ["ignore", "ignore", "ignore"],
  })
  const passed = () => performance.now() - begun
  const url = `http://127.0.0.1:${port}`
  const until = async (path: string) => {
    for (;;) {
      const response = await fetch(url + path).catch(() => undefined)
      if (response?.ok) return passed()
      await Bun.sleep(2)
    }
  }
  const answered = await until("/live")
  const ready = await until("/ready")
  child.kill(end)
  await child.exited
  return { answered, ready }
}

async function freePort(): Promise<number> {
  const probe = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data() {} } })
  const { port } = probe
  probe.stop(true)
  return port
}

if (import.meta.main) printFigures(await measureStart())
