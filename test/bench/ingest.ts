/** `bun test/bench/ingest.ts`: 5,000 Markdown files (50 MB) come in while others use the server. */
import { startBystanders, waitFigures } from "./bystanders"
import { type Figure, printFigures } from "./figures"
import { homeOnDisk, startServer, uploadMarkdown, usageOf } from "./server"

const corpus = { seed: 1, count: Number(process.argv[2] ?? 5000), bytes: 10_000 }

export async function measureIngest(): Promise<Figure[]> {
  await using at = await homeOnDisk()
  await using server = await startServer(at.home)
  const before = await usageOf(server.pid)
  const bystanders = await startBystanders(server.url)
  const { chunks, seconds } = await uploadMarkdown(server.client, corpus)
  const waits = await bystanders.end()
  const after = await usageOf(server.pid)
  const perChunk = (after.processor_s - before.processor_s) / chunks
  await server.stop()
  return [
    { what: `ingest of ${corpus.count} files`, value: corpus.count / seconds, unit: "files/s" },
    { what: `  ${chunks} chunks`, value: chunks / seconds, unit: "chunks/s", aim: "≥ 1,000" },
    { what: "  processor time, others included", value: perChunk * 1e6, unit: "µs a chunk" },
    { what: "  memory at its end", value: after.memory_mb, unit: "MB" },
    { what: "meanwhile others waited for", value: seconds, unit: "s" },
    ...waitFigures(waits, "≤ 50"),
  ]
}

if (import.meta.main) printFigures(await measureIngest())
