import { expect, test } from "bun:test"
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { convertFile } from "../src/engines/convert/conversion"
import { processLimits } from "../src/engines/convert/limits"
import { lines, pdf } from "./support/pdf"
import { rejection } from "./support/rejection"

const signal = new AbortController().signal
const manyPages = Array.from({ length: 1000 }, (_, i) => lines([`Page ${i} says something.`]))

test.each([
  ["memory", { memoryBytes: 1024 ** 2 }, "This file takes more than 1 MB of memory to read."],
  ["silence", { silence_ms: 1 }, "This file takes too long to read."],
  ["time", { total_ms: 100 }, "This file takes too long to read."],
])(
  "a process that converts ends at its limit of %s, with a sentence",
  async (_, limit, message) => {
    await using at = await directory()
    const path = join(at.path, "file")
    await Bun.write(path, pdf(manyPages))
    const job = { path, name: "file.pdf", type: "pdf", url: null, size: 512, overlap: 64 } as const
    const heard = Array.fromAsync(
      convertFile(job, signal, { limits: { ...processLimits, ...limit } }),
    )
    expect(await rejection(heard)).toMatchObject({ name: "Unreadable", message })
  },
)

async function directory() {
  const path = await mkdtemp(join(tmpdir(), "amelia-limits-"))
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) }
}
