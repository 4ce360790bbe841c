import type { OpenAI } from "openai"
import { z } from "zod"
import type { Capability, ModelInfo } from "./model"

const modelShape = z.object({
  id: z.string(),
  name: z.string().nullish(),
  context_length: z.number().nullish(),
  top_provider: z.object({ max_completion_tokens: z.number().nullish() }).nullish(),
  supported_parameters: z.array(z.string()).nullish(),
  architecture: z.object({ input_modalities: z.array(z.string()).nullish() }).nullish(),
})

const parameters: [Capability, string][] = [
  ["tools", "tools"],
  ["structured_output", "structured_outputs"],
  ["thinking", "reasoning"],
]

/** Lists all models that OpenRouter routes to. Skips entries it can't read. */
export async function listOpenRouter(client: OpenAI, signal?: AbortSignal): Promise<ModelInfo[]> {
  const { data } = await client.models.list({ signal })
  return data.flatMap((entry) => {
    const read = modelShape.safeParse(entry)
    return read.success ? present(read.data) : []
  })
}

function present(entry: z.infer<typeof modelShape>): ModelInfo {
  const { id, name, context_length, top_provider, supported_parameters: takes } = entry
  const seesImages = entry.architecture?.input_modalities?.includes("image")
  const capabilities = takes && [
    ...parameters.flatMap(([capability, parameter]) =>
      takes.includes(parameter) ? capability : [],
    ),
    ...(seesImages ? ["images" as const] : []),
  ]
  return {
    model: id,
    name: name ?? null,
    context_window: context_length ?? null,
    max_output: top_provider?.max_completion_tokens ?? null,
    capabilities: capabilities ?? null,
  }
}
