/**
 * `bun test/bench/embeddings.ts`: vectors a second of a model of MiniLM's shape, against onnxruntime
 * alone with the same batches and threads, and how long the server lets others wait meanwhile.
 */
import { createRequire } from "node:module"
import { join } from "node:path"
import { openLocal } from "../../src/engines/inference/local"
import { embeddingsAre } from "../support/embeddings"
import { serveProcess } from "../support/process"
import { placeModel } from "../support/tiny-model"
import { type Figure, printFigures, quantile } from "./figures"
import { minilm } from "./minilm"
import { homeOnDisk } from "./server"

const name = "tiny/minilm"
const [BATCHES, BATCH, RUNS] = [12, 16, 3]
/** 126 words, with which the two special tokens make 128. */
const text = "lantern harbour ".repeat(63).trim()

export async function measureEmbeddings(): Promise<Figure[]> {
  await using at = await homeOnDisk()
  await placeModel(at.home, name, minilm())
  const models = join(at.home, "models")
  const raw = await openRaw(join(models, name, "onnx/model.onnx"))
  using embedder = await openLocal({ models, model: name, runtime: undefined })
  const texts = Array.from({ length: BATCH }, () => text)
  const [alone, ours]: [number[], number[]] = [[], []]
  // The first run warms up.
  for (let run = 0; run <= RUNS; run++) {
    alone[run] = await rate(raw)
    ours[run] = await rate(() => embedder.embed(texts))
  }
  const [most, mine] = [alone, ours].map((rates) => Math.max(...rates.slice(1))) as [number, number]
  return [
    { what: `onnxruntime alone, 128 tokens, best of ${RUNS} runs`, value: most, unit: "/s" },
    { what: "embedder", value: mine, unit: "/s" },
    { what: "  share of onnxruntime alone", value: (100 * mine) / most, unit: "%", aim: "≥ 90" },
    ...(await measureBystanders(at.home)),
  ]
}

async function rate(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now()
  for (let batch = 0; batch < BATCHES; batch++) await work()
  return (BATCHES * BATCH * 1000) / (performance.now() - begun)
}

/** One call with the tensors of a batch, in this process, which does nothing else. */
async function openRaw(path: string): Promise<() => Promise<unknown>> {
  const transformers = createRequire(import.meta.resolve("@huggingface/transformers"))
  const { InferenceSession, Tensor } = transformers("onnxruntime-node")
  const threads = { intraOpNumThreads: 2, interOpNumThreads: 1 }
  const session = await InferenceSession.create(path, threads)
  const tensor = (value: bigint) =>
    new Tensor("int64", new BigInt64Array(BATCH * 128).fill(value), [BATCH, 128])
  const feeds = { input_ids: tensor(20n), attention_mask: tensor(1n), token_type_ids: tensor(0n) }
  return () => session.run(feeds)
}

/** How long requests take while passages are embedded. */
async function measureBystanders(home: string): Promise<Figure[]> {
  const env = { EMBEDDING_MODEL: name, RATE_LIMIT_UPLOADS: "1000/minute" }
  await using server = await serveProcess({ home, env })
  const { client } = server
  const files = Array.from({ length: 400 }, (_, number) => ({
    name: `${number}.md`,
    content: new Blob([`# ${number}\n\n${text.slice(0, 700)} ${number}`]),
  }))
  await client.uploadDocuments(files)
  await embeddingsAre(client, "filling")
  const taken: number[] = []
  while ((await client.health()).checks.embeddings.state === "filling") {
    const asked = performance.now()
    await client.listDocuments({ limit: 20 })
    taken.push(performance.now() - asked)
  }
  await server.stop()
  const what = `a list of documents meanwhile, ${taken.length} times: p95`
  return [
    { what, value: quantile(taken, 0.95), unit: "ms", aim: "≤ 50" },
    { what: "  longest", value: quantile(taken, 1), unit: "ms" },
  ]
}

if (import.meta.main) printFigures(await measureEmbeddings())
