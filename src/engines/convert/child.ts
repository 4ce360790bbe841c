import { writeFileSync } from "node:fs"
import { setPriority } from "node:os"
import { text } from "node:stream/consumers"
import { batchesOf } from "../../platform/async/batches"
import { packPassages } from "../index/indexing"
import type { UnnumberedSegment } from "../index/segment"
import { type Job, jobSchema, type Message } from "./child-protocol"
import { CodeReader } from "./code/reader"
import { Unreadable } from "./converted"
import { partsOf, prepareFile } from "./prepare"

const PROGRESS_EVERY_MS = 200
const PASSAGES = { count: 500 }

/** Prepares one file: reads a job from stdin and writes messages to stdout, as they are read. */
export async function convertDocument(): Promise<void> {
  becomeExpendable()
  const job = jobSchema.parse(JSON.parse(await text(process.stdin)))
  try {
    await prepare(job)
  } catch (thrown) {
    await send({ type: "failed", sentence: sentenceOf(thrown) })
  }
}

/** Lowers this process's priority, and makes it the first to be killed when memory runs out. */
function becomeExpendable(): void {
  try {
    setPriority(10)
    writeFileSync("/proc/self/oom_score_adj", "1000")
  } catch {
    // Not every system has these, and conversion works without them.
  }
}

async function prepare({ path, name, type, url, size, overlap }: Job): Promise<void> {
  const bytes = await Bun.file(path).bytes()
  const options = { size, overlap, code: new CodeReader(), onProgress: progressSender() }
  const file = await prepareFile({ name, type, url, bytes }, options)
  const { text, title, pageStarts, indexedAs } = file
  await send({ type: "begun", characters: text.length, title, pageStarts })
  for (const content of partsOf(text)) await send({ type: "text", content })
  for (const passages of batchesOf(file.passages, PASSAGES)) {
    const { segments } = await packPassages([{ title: indexedAs, passages }])
    await send({ type: "passages", passages, segments: segments.map(inBase64) })
  }
  await send({ type: "done" })
}

function inBase64({ lengths, fences, blocks }: UnnumberedSegment) {
  return {
    lengths: [...lengths],
    fences: fences.toBase64(),
    blocks: blocks.map(({ block, packed }) => ({ block, packed: packed.toBase64() })),
  }
}

function progressSender(): (share: number) => void {
  let last = 0
  return (share) => {
    const now = performance.now()
    if (now - last < PROGRESS_EVERY_MS) return
    last = now
    void send({ type: "progress", share })
  }
}

/** Resolves when the reader has room for more. */
function send(message: Message): Promise<void> {
  return new Promise((resolve) => {
    process.stdout.write(`${JSON.stringify(message)}\n`, () => resolve())
  })
}

function sentenceOf(thrown: unknown): string {
  if (thrown instanceof Unreadable) return thrown.message
  return "This file could not be read. It may be damaged."
}
