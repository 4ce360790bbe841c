/** `bun test/bench/awkward.ts`: each awkward file comes in while others use the server. */
import { awkwardFiles } from "../support/awkward"
import { startBystanders } from "./bystanders"
import { type Figure, printFigures, quantile } from "./figures"
import { homeOnDisk, startServer, usageOf } from "./server"

const LONGEST_BYTES = 50_000_000

export async function measureAwkward(): Promise<Figure[]> {
  await using at = await homeOnDisk()
  await using server = await startServer(at.home)
  const figures: Figure[] = []
  for (const { what, name, file, reason } of awkwardFiles(LONGEST_BYTES)) {
    const bystanders = await startBystanders(server.url)
    const begun = performance.now()
    const uploaded = await server.client.uploadDocuments([{ name, content: file }])
    const [document] = await server.client.settleDocuments(uploaded)
    const seconds = (performance.now() - begun) / 1000
    const waits = await bystanders.end()
    const { memory_mb } = await usageOf(server.pid)
    if ((document?.status === "failed") !== (reason !== undefined)) {
      throw new Error(`${what}: ${document?.status} ${document?.error}`)
    }
    const others = Object.values(waits).flat()
    figures.push({ what: `${what}: ${document?.error ?? "indexed"}`, value: seconds, unit: "s" })
    figures.push({ what: "  others, p95", value: quantile(others, 0.95), unit: "ms", aim: "≤ 50" })
    figures.push({ what: "  others, p99", value: quantile(others, 0.99), unit: "ms" })
    figures.push({ what: "  the server's memory", value: memory_mb, unit: "MB" })
  }
  await server.stop()
  return figures
}

if (import.meta.main) printFigures(await measureAwkward())
