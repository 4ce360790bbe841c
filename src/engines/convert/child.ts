import { writeFileSync } from "node:fs"
import { setPriority } from "node:os"
import { text } from "node:stream/consumers"
import { cMapDirectory } from "../../embedded"
import { batchesOf } from "../../platform/async/batches"
import { type Passage, packPassages } from "../index/indexing"
import type { UnnumberedSegment } from "../index/segment"
import { chunksOf } from "./chunk/chunk"
import { convert } from "./convert"
import type { Converted } from "./converted"
import { type Job, jobSchema, type Message } from "./messages"
import { Unreadable } from "./unreadable"

const PROGRESS_EVERY_MS = 200
/** Small enough for one statement. */
const PART_CHARACTERS = 256 * 1024
/** Passages of one message. */
const PASSAGES = { count: 500, size: Number.POSITIVE_INFINITY }

/**
 * The life of the process that converts one file: it reads its job, and tells text and passages as
 * they can be stored. It waits for its reader, so that neither has more than a part in mind.
 */
export async function convertDocument(): Promise<void> {
  becomeExpendable()
  const job = jobSchema.parse(JSON.parse(await text(process.stdin)))
  try {
    const bytes = await Bun.file(job.path).bytes()
    const converted = await convert(bytes, {
      type: job.type,
      url: job.url,
      cMapUrl: cMapDirectory(),
      onProgress: progressTeller(),
    })
    await tellAll(job, converted)
  } catch (thrown) {
    await tell({ type: "failed", sentence: sentenceOf(thrown) })
  }
}

/** Others go first, and if memory is short this process is the one to be ended. */
function becomeExpendable(): void {
  try {
    setPriority(10)
    writeFileSync("/proc/self/oom_score_adj", "1000")
  } catch {
    // Where there is no such thing it works as well.
  }
}

async function tellAll(job: Job, { text, title, pageStarts }: Converted): Promise<void> {
  await tell({ type: "begun", characters: text.length, title, pageStarts })
  for (const content of partsOf(text)) await tell({ type: "text", content })
  const named = `${job.name} ${title ?? ""}`
  for (const some of batchesOf(passagesOf(job, text, pageStarts), PASSAGES, () => 1)) {
    const { segments } = await packPassages([{ title: named, passages: some }])
    await tell({ type: "passages", passages: some, segments: segments.map(inBase64) })
  }
  await tell({ type: "done" })
}

/** Page by page, so that each passage is on one. */
function* passagesOf(
  { type, size, overlap }: Job,
  text: string,
  pageStarts: number[] = [],
): Generator<Passage> {
  const starts = pageStarts.length > 0 ? pageStarts : [0]
  let index = 0
  for (const [i, begin] of starts.entries()) {
    const page = pageStarts.length > 0 ? { page: i + 1 } : {}
    for (const chunk of chunksOf(text.slice(begin, starts[i + 1]), { type, size, overlap })) {
      const [start, end] = [begin + chunk.start, begin + chunk.end]
      yield { ...chunk, ...page, index: index++, start, end, content: text.slice(start, end) }
    }
  }
}

function inBase64({ lengths, fences, blocks }: UnnumberedSegment) {
  return {
    lengths: [...lengths],
    fences: fences.toBase64(),
    blocks: blocks.map(({ block, packed }) => ({ block, packed: packed.toBase64() })),
  }
}

/** Never cut inside a surrogate pair. */
function* partsOf(text: string): Generator<string> {
  for (let at = 0; at < text.length; ) {
    const end = Math.min(text.length, at + PART_CHARACTERS)
    const isPair = /[\ud800-\udbff]/.test(text.charAt(end - 1))
    const cut = isPair && end < text.length ? end - 1 : end
    yield text.slice(at, cut)
    at = cut
  }
}

function progressTeller(): (share: number) => void {
  let last = 0
  return (share) => {
    const now = performance.now()
    if (now - last < PROGRESS_EVERY_MS) return
    last = now
    void tell({ type: "progress", share })
  }
}

/** Resolves when the reader has room for it. */
function tell(message: Message): Promise<void> {
  return new Promise((resolve) => {
    process.stdout.write(`${JSON.stringify(message)}\n`, () => resolve())
  })
}

function sentenceOf(thrown: unknown): string {
  if (thrown instanceof Unreadable) return thrown.message
  return "It could not be read; it may be broken."
}
