/** `bun test/bench/large-file.ts`: one Markdown file of 50 MB comes in while others use the server. */
import { startBystanders, waitFigures } from "./bystanders"
import { type Figure, printFigures } from "./figures"
import { homeOnDisk, startServer, uploadMarkdown } from "./server"

const corpus = { seed: 2, count: 1, bytes: 50_000_000 }

export async function measureLargeFile(): Promise<Figure[]> {
  await using at = await homeOnDisk()
  await using server = await startServer(at.home)
  const bystanders = await startBystanders(server.url)
  const { chunks, seconds } = await uploadMarkdown(server.client, corpus)
  const waits = await bystanders.end()
  await server.stop()
  return [
    { what: "ingest of one file of 50 MB", value: seconds, unit: "s" },
    { what: `  ${chunks} chunks`, value: chunks / seconds, unit: "chunks/s" },
    { what: "meanwhile others waited for", value: seconds, unit: "s" },
    ...waitFigures(waits),
  ]
}

if (import.meta.main) printFigures(await measureLargeFile())
