import type { Waits } from "./bystanders"

declare const self: Worker

const PAUSE_MS = 10

type Ask = [path: string, init?: RequestInit]
const requests: Record<string, Ask> = {
  documents: ["/api/rag/documents"],
  health: ["/health"],
  search: [
    "/api/rag/query",
    {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ query: "karomi tendal versil" }),
    },
  ],
  "static file": ["/static/base.css"],
}
/** How late the timers of this worker were: the machine's share in the others. */
const lateness = "(the benchmark's own timers)"

const waits: Waits = { [lateness]: [] }
let open = true

type Target = { url: string; headers: Record<string, string> }

self.onmessage = async ({ data }: MessageEvent<Target | "end">) => {
  if (data === "end") {
    open = false
    return
  }
  self.postMessage(waits)
  await Promise.all(Object.entries(requests).map(([what, ask]) => poll(data, what, ask)))
  self.postMessage(waits)
}

async function poll({ url, headers }: Target, what: string, [path, init]: Ask): Promise<void> {
  const taken: number[] = []
  waits[what] = taken
  while (open) {
    const asked = performance.now()
    const response = await fetch(url + path, { ...init, headers: { ...init?.headers, ...headers } })
    await response.arrayBuffer()
    if (!response.ok) throw new Error(`${path} answered ${response.status}`)
    const answered = performance.now()
    taken.push(answered - asked)
    await Bun.sleep(PAUSE_MS)
    waits[lateness]?.push(performance.now() - answered - PAUSE_MS)
  }
}
