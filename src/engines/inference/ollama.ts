import { z } from "zod"
import { messageOf } from "../../platform/errors"
import type { Embedder } from "./embedder"

/** Includes the time to load the model. */
const TIMEOUT_MS = 120_000
const URGENT_TIMEOUT_MS = 10_000

const answerSchema = z.object({ embeddings: z.array(z.array(z.number())) })
const errorSchema = z.object({ error: z.string() })

/** Opens a model behind Ollama's /api/embed, which truncates long texts itself. */
export function openOllama({ baseUrl, model }: { baseUrl: string; model: string }): Embedder {
  async function embed(texts: string[], { urgent = false } = {}): Promise<Float32Array[]> {
    const response = await fetch(`${baseUrl}/api/embed`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ model, input: texts }),
      signal: AbortSignal.timeout(urgent ? URGENT_TIMEOUT_MS : TIMEOUT_MS),
    }).catch((cause: unknown) => {
      throw new Error(`Ollama at ${baseUrl} does not answer: ${messageOf(cause)}`, { cause })
    })
    const body: unknown = await response.json().catch(() => undefined)
    const { data } = answerSchema.safeParse(body)
    if (response.ok && data?.embeddings.length === texts.length) {
      return data.embeddings.map((vector) => Float32Array.from(vector))
    }
    const said = errorSchema.safeParse(body).data?.error ?? `status ${response.status}`
    throw new Error(`Ollama could not embed with ${model}: ${said}`)
  }
  return { embed, [Symbol.dispose]() {} }
}
