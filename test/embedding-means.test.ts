import { expect, test } from "bun:test"
import { join } from "node:path"
import { env, pipeline } from "@huggingface/transformers"
import { openLocal } from "../src/engines/inference/local"
import { emptyHome } from "./support/database"
import { placeModel, tinyModel } from "./support/tiny-model"

test("texts of one batch get the library's vectors, whatever their lengths", async () => {
  await using at = await emptyHome()
  await placeModel(at.home, "tiny/one", tinyModel())
  const models = join(at.home, "models")
  Object.assign(env, { allowRemoteModels: false, useFSCache: false, localModelPath: models })
  const extract = await pipeline("feature-extraction", "tiny/one", { dtype: "fp32", device: "cpu" })
  using embedder = await openLocal({ models, model: "tiny/one", runtime: undefined })
  const texts = ["lantern", "the harbour of the keeper and the storm at night ".repeat(9), ""]
  const vectors = await embedder.embed(texts)
  const expected = await extract(texts, { pooling: "mean", normalize: true })
  for (const [n, row] of (expected.tolist() as number[][]).entries()) {
    expect(vectors[n]?.length).toBe(384)
    for (const [i, number] of row.entries()) expect(vectors[n]?.[i]).toBeCloseTo(number, 6)
  }
})
