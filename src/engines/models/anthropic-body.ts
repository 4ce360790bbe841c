import type { Anthropic } from "@anthropic-ai/sdk"
import { zodOutputFormat } from "@anthropic-ai/sdk/helpers/zod"
import type { Message, ModelInfo, ModelRequest, ToolCall } from "./model"
import { inputSchemaOf, objectIn } from "./tools"

/** Thinking counts as output: so many tokens it gets on top of those that the answer may have. */
const THINKING_TOKENS = 16_000

/** What every model that thinks adaptively can put out. */
const OUTPUT_TOKENS_MAX = 64_000

/**
 * The body of a request. `output_config` is without the SDK's own parser: that would turn every cut
 * or malformed answer into one parse error, before the stop reason is seen and without the text
 * that a repair needs. What is cached: always tools and instructions; with tools also all up to the
 * last message, which the next turn reads again. A repair goes on from there too.
 */
export function bodyOf(
  { model, system, messages, max_tokens, output, tools = [], tool_choice }: ModelRequest,
  info: ModelInfo | undefined,
) {
  const stable = { type: "text", text: system, cache_control: { type: "ephemeral" } } as const
  const format = output && zodOutputFormat(output.schema)
  return {
    ...{ model, max_tokens, system: [stable], messages: showMessages(messages) },
    ...(format && { output_config: { format: { type: format.type, schema: format.schema } } }),
    ...(tools.length > 0 && {
      tools: tools.map((tool) => {
        const { name, description } = tool
        return { name, description, input_schema: inputSchemaOf(tool) }
      }),
      cache_control: { type: "ephemeral" as const },
    }),
    ...(tool_choice && { tool_choice: { type: tool_choice } }),
    ...thinking(max_tokens, info),
  }
}

/** Only for a model that is known to take it: the others refuse such a request. */
function thinking(max_tokens: number, info: ModelInfo | undefined) {
  if (!info?.capabilities?.includes("adaptive_thinking")) return undefined
  const most = Math.max(max_tokens, info.max_output ?? OUTPUT_TOKENS_MAX)
  const room = Math.min(max_tokens + THINKING_TOKENS, most)
  return { thinking: { type: "adaptive" as const }, max_tokens: room }
}

/** The results of one turn's calls stand together in one message, as the API wants them. */
function showMessages(messages: readonly Message[]): Anthropic.MessageParam[] {
  const shown: Anthropic.MessageParam[] = []
  let results: Anthropic.ToolResultBlockParam[] = []
  for (const message of messages) {
    if (message.role !== "tool") {
      results = []
      const { role, content } = message
      // What is carried was made by `callsIn`.
      const carried = role === "assistant" ? message.carried : undefined
      const blocks = carried as Anthropic.ContentBlockParam[] | undefined
      shown.push({ role, content: blocks ?? content })
      continue
    }
    if (results.length === 0) shown.push({ role: "user", content: results })
    const { call, content, is_error = false } = message
    results.push({ type: "tool_result", tool_use_id: call.id, content, is_error })
  }
  return shown
}

/** The calls in an answer, and its blocks as the next request has to show them. */
export function callsIn(
  content: Anthropic.ContentBlock[],
  inputs: ReadonlyMap<number, string>,
): { tool_calls: ToolCall[]; carried: Anthropic.ContentBlockParam[] } {
  const tool_calls: ToolCall[] = []
  const carried = content.map((block, index): Anthropic.ContentBlockParam => {
    if (block.type !== "tool_use") return block
    const { type, id, name } = block
    const input = inputs.get(index) || "{}"
    tool_calls.push({ id, name, input })
    return { type, id, name, input: objectIn(input) }
  })
  return { tool_calls, carried }
}
