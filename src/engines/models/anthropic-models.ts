import type { Anthropic } from "@anthropic-ai/sdk"
import type { Capability, ModelInfo } from "./model"

const common: Capability[] = ["tools", "structured_output", "thinking", "images"]
const adaptive: Capability[] = [...common, "adaptive_thinking"]

/** Listed even without the API, the default first. From platform.claude.com, November 2026. */
export const knownModels: readonly ModelInfo[] = [
  known("claude-sonnet-5-5", adaptive, 1_000_000, 128_000),
  known("claude-haiku-5-5", adaptive, 1_000_000, 128_000),
  known("claude-opus-5-5", adaptive, 1_000_000, 128_000),
  known("claude-sonnet-5", adaptive),
  known("claude-opus-5", adaptive),
  known("claude-haiku-4-5", common, 200_000, 64_000),
]

function known(
  model: string,
  capabilities: Capability[],
  context_window: number | null = null,
  max_output: number | null = null,
): ModelInfo {
  return { model, name: null, context_window, max_output, capabilities }
}

/** Asks the API for the models that can be used now, newest first. */
export async function listAnthropic(client: Anthropic, signal?: AbortSignal): Promise<ModelInfo[]> {
  const found: ModelInfo[] = []
  for await (const info of client.models.list({ limit: 1000 }, { signal })) {
    if (info.lifecycle !== "retired") found.push(present(info))
  }
  return found
}

function present(info: Anthropic.ModelInfo): ModelInfo {
  const { thinking, structured_outputs, image_input } = info.capabilities ?? {}
  const having: [Capability, boolean | undefined][] = [
    ["tools", true],
    ["structured_output", structured_outputs?.supported],
    ["thinking", thinking?.supported],
    ["adaptive_thinking", thinking?.supported && thinking.types.adaptive.supported],
    ["images", image_input?.supported],
  ]
  return {
    model: info.id,
    name: info.display_name,
    context_window: info.max_input_tokens ?? null,
    max_output: info.max_tokens ?? null,
    capabilities: info.capabilities && having.flatMap(([name, has]) => (has ? name : [])),
  }
}
