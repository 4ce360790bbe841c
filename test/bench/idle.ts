/**
 * `bun test/bench/idle.ts [seconds]`: the processor time of the compiled binary while nobody asks
 * it for anything, as a share of one core.
 */
import { testBinary } from "../support/binary"
import { kept, testFolder } from "../support/folder"
import { serveProcess } from "../support/process"
import { markdownFiles } from "./corpus"
import { type Figure, printFigures } from "./figures"
import { homeOnDisk, uploadMarkdown, usageOf } from "./server"

const seconds = Number(process.argv[2] ?? 60)
/** By then the garbage that a start or a sync leaves behind is collected. */
const SETTLE_MS = 100_000
const AIM = "≤ 0.3"

export async function measureIdle(): Promise<Figure[]> {
  await using binary = await testBinary()
  await using at = await homeOnDisk()
  await using server = await serveProcess({ home: at.home, program: [binary.path] })
  const share = () => shareOfCore(server.pid)
  const fresh = await share()

  await using folder = await testFolder()
  for (const { name, content } of markdownFiles(2, 500, 10_000)) {
    await folder.write({ [`part${name.length % 10}/${name}`]: content })
  }
  await uploadMarkdown(server.client, { seed: 3, count: 200, bytes: 10_000 })
  await kept(server.client, folder.path)
  const full = await share()

  const over = new AbortController()
  const page = await fetch(`${server.url}/api/events`, { signal: over.signal })
  const watched = await share()
  over.abort()
  await page.body?.cancel().catch(() => undefined)
  return [
    { what: `idle for ${seconds} s, fresh home`, value: fresh, unit: "% of a core", aim: AIM },
    { what: "  with 700 documents, 500 of a kept folder", value: full, unit: "%", aim: AIM },
    { what: "  and with an event stream open", value: watched, unit: "%", aim: AIM },
  ]
}

async function shareOfCore(pid: number): Promise<number> {
  await Bun.sleep(SETTLE_MS)
  const before = await usageOf(pid)
  await Bun.sleep(seconds * 1000)
  const after = await usageOf(pid)
  return ((after.processor_s - before.processor_s) / seconds) * 100
}

if (import.meta.main) printFigures(await measureIdle())
