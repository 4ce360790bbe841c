import type { EngineDeps } from "../../engines/deps"
import { EMBED_BATCH } from "../../engines/inference/embedder"
import { batchesOf } from "../../platform/async/batches"
import { AppError, invalid, messageOf } from "../../platform/errors"
import { noSuchModel } from "./models"
import type { EmbeddingRequest } from "./schema"

/**
 * Embeds texts with the model of the search. Throws ServiceUnavailableError until that is open,
 * which the first request sees to, and NotFoundError for another model. The model counts no tokens,
 * so the usage is 0.
 */
export async function embed(
  { embeddings }: Pick<EngineDeps, "embeddings">,
  { model, input, encoding_format, dimensions }: EmbeddingRequest,
  signal: AbortSignal,
) {
  const serving = embeddings.serving()
  if (!serving) {
    const state = embeddings.state()
    if (model === state.model) embeddings.want()
    throw unavailable(state.note, model)
  }
  const { name, dimension } = serving.row
  if (model !== name) throw noSuchModel(model, `Texts are embedded by "${name}".`)
  if (dimensions != null && dimensions !== dimension) {
    throw invalid("dimensions", `Vectors of ${name} have ${dimension} dimensions: leave this out.`)
  }
  const vectors: Float32Array[] = []
  for (const batch of batchesOf(input, EMBED_BATCH, (text) => text.length)) {
    signal.throwIfAborted()
    const made = await serving.embedder.embed(batch).catch((thrown) => {
      throw unavailable(messageOf(thrown), model)
    })
    vectors.push(...made)
  }
  const shown = encoding_format === "base64" ? base64Of : (vector: Float32Array) => [...vector]
  return {
    object: "list",
    data: vectors.map((vector, index) => ({
      object: "embedding",
      index,
      embedding: shown(vector),
    })),
    model,
    usage: { prompt_tokens: 0, total_tokens: 0 },
  }
}

/** Little-endian floats of 32 bits, as OpenAI sends them. */
function base64Of({ buffer, byteOffset, byteLength }: Float32Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString("base64")
}

function unavailable(reason: string, model: string): AppError {
  const sentence = `No embedding model is ready: ${reason}`
  return new AppError("ServiceUnavailableError", sentence, { embedding_model: model })
}
