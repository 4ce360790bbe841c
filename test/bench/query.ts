/** `bun test/bench/query.ts`: queries over 100,000 chunks, one after another. */
import { questions } from "./corpus"
import { type Figure, printFigures, quantile } from "./figures"
import { homeOnDisk, startServer, uploadMarkdown } from "./server"

const corpus = { seed: 3, count: Number(process.argv[2] ?? 5000), bytes: 10_000 }
const RUNS = 3
const QUERIES = 300

export async function measureQuery(): Promise<Figure[]> {
  await using at = await homeOnDisk()
  await using server = await startServer(at.home)
  const { chunks } = await uploadMarkdown(server.client, corpus)
  const runs: number[][] = []
  for (let run = 0; run < RUNS; run++) {
    const taken: number[] = []
    for (const query of questions(100 + run, QUERIES)) {
      const asked = performance.now()
      await server.client.search({ query })
      taken.push(performance.now() - asked)
    }
    runs.push(taken)
  }
  await server.stop()
  const least = (share: number) => Math.min(...runs.map((taken) => quantile(taken, share)))
  const what = `query over ${chunks} chunks, best of ${RUNS} runs of ${QUERIES}:`
  return [
    { what: `${what} median`, value: least(0.5), unit: "ms" },
    { what: "  p95", value: least(0.95), unit: "ms", aim: "≤ 25" },
    { what: "  longest", value: least(1), unit: "ms" },
  ]
}

if (import.meta.main) printFigures(await measureQuery())
