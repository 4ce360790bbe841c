import type { Anthropic } from "@anthropic-ai/sdk"
import { zodOutputFormat } from "@anthropic-ai/sdk/helpers/zod"
import { imagesOf } from "./images"
import type { Message, ModelInfo, ModelRequest, ToolCall } from "./model"
import { inputSchemaOf, objectIn } from "./tools"

/** Thinking counts as output, so it gets this many tokens on top of the answer's limit. */
const THINKING_TOKENS = 16_000

/** Every model with adaptive thinking can output this many tokens. */
const OUTPUT_TOKENS_MAX = 64_000

/**
 * Builds a request body. `output_config` leaves out the SDK's own parser, which would hide the stop
 * reason and the text that a repair needs. Tools and instructions are always cached; with tools, so
 * is everything up to the last message, which the next turn reads again.
 */
export function bodyOf(
  { model, system, messages, max_tokens, output, tools = [], tool_choice, brief }: ModelRequest,
  info: ModelInfo | undefined,
) {
  const stable = { type: "text", text: system, cache_control: { type: "ephemeral" } } as const
  const format = output && zodOutputFormat(output.schema)
  return {
    ...{ model, max_tokens, messages: showMessages(messages) },
    // The API refuses an empty text.
    ...(system && { system: [stable] }),
    ...(format && { output_config: { format: { type: format.type, schema: format.schema } } }),
    ...(tools.length > 0 && {
      tools: tools.map((tool) => {
        const { name, description } = tool
        return { name, description, input_schema: inputSchemaOf(tool) }
      }),
      cache_control: { type: "ephemeral" as const },
    }),
    ...(tool_choice && { tool_choice: { type: tool_choice } }),
    ...(!brief && thinking(max_tokens, info)),
  }
}

/** Turns on adaptive thinking for models known to support it. Others reject the request. */
function thinking(max_tokens: number, info: ModelInfo | undefined) {
  if (!info?.capabilities?.includes("adaptive_thinking")) return undefined
  const most = Math.max(max_tokens, info.max_output ?? OUTPUT_TOKENS_MAX)
  const room = Math.min(max_tokens + THINKING_TOKENS, most)
  return { thinking: { type: "adaptive" as const }, max_tokens: room }
}

/** Converts messages. The API wants the results of one turn's calls in a single message. */
function showMessages(messages: readonly Message[]): Anthropic.MessageParam[] {
  const shown: Anthropic.MessageParam[] = []
  let results: Anthropic.ToolResultBlockParam[] = []
  for (const message of messages) {
    if (message.role !== "tool") {
      results = []
      const { role, content } = message
      // `callsIn` made these.
      const carried = role === "assistant" ? message.carried : undefined
      const blocks = carried as Anthropic.ContentBlockParam[] | undefined
      shown.push({ role, content: blocks ?? withImages(message, content) })
      continue
    }
    if (results.length === 0) shown.push({ role: "user", content: results })
    const { call, content, is_error = false } = message
    results.push({ type: "tool_result", tool_use_id: call.id, content, is_error })
  }
  return shown
}

function withImages(message: Message, text: string): string | Anthropic.ContentBlockParam[] {
  const images = imagesOf(message).map(({ media_type, data }) => ({
    ...{ type: "image" as const, source: { type: "base64" as const, media_type, data } },
  }))
  return images.length === 0 ? text : [...images, { type: "text", text }]
}

/** Returns the tool calls of an answer, and its blocks in the form the next request needs. */
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
