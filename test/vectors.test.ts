import { describe, expect, test } from "bun:test"
import { join } from "node:path"
import { sql } from "drizzle-orm"
import wabt from "wabt"
import { openGraphIndex } from "../src/engines/index/vectors/graph-index"
import { kernelBase64 } from "../src/engines/index/vectors/kernel"
import { Matrix } from "../src/engines/index/vectors/matrix"
import { toWholeNumbers } from "../src/engines/index/vectors/numbers"
import { openScanIndex } from "../src/engines/index/vectors/scan-index"
import { buildGraph } from "../src/engines/index/vectors/store"
import * as embeddings from "../src/features/search/embeddings-store"
import { fuse } from "../src/features/search/fuse"
import { openTestDatabase } from "./support/database"
import { needsVectors } from "./support/server-database"
import { randomNumbers } from "./support/tiny-model"

const folder = join(import.meta.dir, "../src/engines/index/vectors")

/** Ids from 1 on with random vectors. */
function randomRows(count: number, dimension: number, seed = 1) {
  const vectors = new Float32Array(randomNumbers(count * dimension, seed))
  return { ids: Float64Array.from({ length: count }, (_, index) => index + 1), vectors }
}

/** The ids by cosine, computed as it is written in books. */
function byCosine(rows: ReturnType<typeof randomRows>, query: Float32Array, dimension: number) {
  const cosine = (id: number) => {
    let [product, ofRow, ofQuery] = [0, 0, 0]
    for (let i = 0; i < dimension; i++) {
      const [x = 0, y = 0] = [rows.vectors[(id - 1) * dimension + i], query[i]]
      product += x * y
      ofRow += x * x
      ofQuery += y * y
    }
    return product / Math.sqrt(ofRow * ofQuery)
  }
  return [...rows.ids].map((id) => ({ id, cosine: cosine(id) })).sort((a, b) => b.cosine - a.cosine)
}

const all = { chosen: undefined, also: [] }

describe("the matrix", () => {
  test("has the kernel that its source says", async () => {
    const source = await Bun.file(join(folder, "kernel.wat")).text()
    const module = (await wabt()).parseWat("kernel.wat", source, { simd: true })
    expect(Buffer.from(module.toBinary({}).buffer).toString("base64")).toBe(kernelBase64)
  })

  test.each([384, 26, 1])("finds just the nearest of 20,000 in %d dimensions", (dimension) => {
    const rows = randomRows(20_000, dimension)
    const matrix = new Matrix(dimension)
    matrix.put(rows)
    for (const seed of [7, 8, 9]) {
      const vector = randomNumbers(dimension, seed)
      const { hits } = matrix.search({ vector, topK: 10, ...all })
      const right = byCosine(rows, vector, dimension)
      for (const [index, { chunkId, score }] of hits.entries()) {
        const { id, cosine } = right.find(({ id }) => id === chunkId) ?? { id: 0, cosine: 0 }
        expect(chunkId).toBe(id)
        expect(score).toBeCloseTo(cosine, 4)
        expect(cosine).toBeCloseTo(right[index]?.cosine ?? 0, 4)
      }
    }
  })

  test("follows what is put in, replaced and taken out as one that is made anew", () => {
    const [rows, others] = [randomRows(500, 32), randomRows(200, 32, 2)]
    const followed = new Matrix(32)
    followed.put(rows)
    followed.put(others)
    followed.retain((id) => id % 3 !== 0)
    const made = new Matrix(32)
    const vectors = Float32Array.from([...others.vectors, ...rows.vectors.slice(200 * 32)])
    const kept = [...rows.ids].filter((id) => id % 3 !== 0)
    made.put({
      ids: Float64Array.from(kept),
      vectors: Float32Array.from(kept.flatMap((id) => [...vectors.slice((id - 1) * 32, id * 32)])),
    })
    expect(followed.size).toBe(made.size)
    const query = { vector: randomNumbers(32, 3), topK: 50, ...all }
    expect(followed.search(query)).toEqual(made.search(query))
  })

  test("looks for those that are chosen alone, or for all others, and tells how near others are", () => {
    const matrix = new Matrix(16)
    const rows = randomRows(9000, 16)
    matrix.put(rows)
    const vector = rows.vectors.slice(0, 16)
    const chosen = (isExcluded: boolean) => ({
      chosen: { chunkIds: [5, 8999, 777_777], isExcluded },
    })
    const { hits, similarities } = matrix.search({
      ...{ vector, topK: 10, ...chosen(false), also: [1, 8500, 9001] },
    })
    expect(hits.map(({ chunkId }) => chunkId).sort()).toEqual([5, 8999])
    expect([...similarities.keys()]).toEqual([1, 8500])
    expect(similarities.get(1)).toBeCloseTo(1, 5)
    const others = matrix.search({ vector, topK: 9000, ...chosen(true), also: [] }).hits
    expect(others).toHaveLength(8998)
    expect(others.some(({ chunkId }) => [5, 8999].includes(chunkId))).toBe(false)
  })
})

test("whole numbers keep the direction of a vector", () => {
  const vector = randomNumbers(384, 1)
  const rows = { ids: Float64Array.of(1), vectors: new Float32Array(vector) }
  const whole = toWholeNumbers(vector.slice())
  expect(whole.every(Number.isInteger)).toBe(true)
  expect(byCosine(rows, whole, 384)[0]?.cosine).toBeGreaterThan(0.99999)
})

describe("fusion", () => {
  const ranking = (...ids: number[]) => ids.map((chunkId, index) => ({ chunkId, score: -index }))

  test("puts what both rankings have before what one has", () => {
    const fused = fuse([ranking(1, 2, 3), ranking(4, 3)], 10)
    expect(fused.map(({ chunkId }) => chunkId)).toEqual([3, 1, 4, 2])
    expect(fused[0]?.score).toBeCloseTo(1 / 63 + 1 / 62, 10)
  })

  test("leaves a single ranking as it is", () => {
    expect(fuse([ranking(3, 1, 2), []], 2).map(({ chunkId }) => chunkId)).toEqual([3, 1])
  })
})

const withVectors = await needsVectors()

// The statements are those for a server; the embedded engine has the same extension.
withVectors("the graph of a server and the scan of a process find the same", async () => {
  await using database = await openTestDatabase()
  const { db } = database
  const [a, b] = [crypto.randomUUID(), crypto.randomUUID()]
  await db.execute(sql`insert into amelia.documents
    (id, name, type, status, file_size, stored_bytes, content_hash, metadata) values
    (${a}::uuid, 'a', 'text', 'indexed', 1, 1, 'a', '{"of":"a"}'), (${b}::uuid, 'b', 'text', 'indexed', 1, 1, 'b', '{}')`)
  await db.execute(sql`insert into amelia.chunks
    (id, document_id, document_version, chunk_index, start, "end", content)
    select i, case when i % 5 = 0 then ${a}::uuid else ${b}::uuid end, 1, i, 0, 1, 'x'
    from generate_series(1, 300) i`)
  await embeddings.makeVectorTable(db)
  const { id: modelId } = await embeddings.putModel(db, { name: "m", dimension: 8 })
  const rows = Array.from({ length: 301 }, (_, index) => ({
    id: index + 1,
    vector: toWholeNumbers(randomNumbers(8, index + 1)),
  }))
  // The last one has no chunk any more.
  expect((await embeddings.insertVectors(db, modelId, rows)).length).toBe(300)
  const model = { modelId, dimension: 8 }
  await buildGraph(db, model)
  await buildGraph(db, model)
  using graph = openGraphIndex(db, model)
  using scan = await openScanIndex(db, { ...model, ended: () => {} })
  for (const filter of [{}, { documentIds: [a] }, { metadata: { of: "a" } }, { documentIds: [] }]) {
    const query = { vector: randomNumbers(8, 999), topK: 10, also: [3, 4], ...filter }
    const [one, other] = await Promise.all([graph.search(query), scan.search(query)])
    expect(one.hits.map(({ chunkId }) => chunkId)).toEqual(other.hits.map((hit) => hit.chunkId))
    expect(one.similarities.get(4)).toBeCloseTo(other.similarities.get(4) ?? 0, 5)
  }
})
