/** `bun test/bench/folder.ts [files]`: the first sync of a folder, and from a change to its index. */
import { rename, rm } from "node:fs/promises"
import { documentEvents, kept, testFolder } from "../support/folder"
import { startBystanders, waitFigures } from "./bystanders"
import { markdownFiles } from "./corpus"
import { type Figure, printFigures, quantile } from "./figures"
import { homeOnDisk, startServer, usageOf } from "./server"

const count = Number(process.argv[2] ?? 5000)
const CHANGES = 10

export async function measureFolder(): Promise<Figure[]> {
  await using folder = await testFolder()
  let bytes = 0
  for (const { name, content } of markdownFiles(1, count, 10_000)) {
    await folder.write({ [`part${name.length % 10}/${name}`]: content })
    bytes += content.length
  }
  await using at = await homeOnDisk()
  await using server = await startServer(at.home)
  const bystanders = await startBystanders(server.url)
  const begun = performance.now()
  const { id, name } = await kept(server.client, folder.path)
  const seconds = (performance.now() - begun) / 1000
  const waits = await bystanders.end()
  const { memory_mb } = await usageOf(server.pid)

  using events = await documentEvents(server.client)
  const changed: number[] = []
  for (let i = 0; i < CHANGES; i++) {
    const since = performance.now()
    await folder.write({ [`new${i}.md`]: `# New ${i}` })
    await events.until(`indexed ${name}/new${i}.md`)
    await rename(folder.at(`new${i}.md`), folder.at(`moved${i}.md`))
    await events.until(`uploaded ${name}/moved${i}.md`)
    await rm(folder.at(`moved${i}.md`))
    await events.until(`deleted ${name}/moved${i}.md`)
    changed.push((performance.now() - since) / 3)
  }
  const removing = performance.now()
  await server.client.removeFolder(id)
  const removed = (performance.now() - removing) / 1000
  return [
    { what: `first sync of ${count} files`, value: count / seconds, unit: "files/s" },
    { what: "  of their content", value: bytes / 1e6 / seconds, unit: "MB/s" },
    { what: "  memory at its end", value: memory_mb, unit: "MB" },
    { what: "meanwhile others waited for", value: seconds, unit: "s" },
    ...waitFigures(waits, "≤ 50"),
    { what: "from a change to its index, median", value: quantile(changed, 0.5), unit: "ms" },
    { what: "  the longest", value: Math.max(...changed), unit: "ms", aim: "≤ 2,000" },
    { what: "its removal", value: removed, unit: "s" },
  ]
}

if (import.meta.main) printFigures(await measureFolder())
