import { z } from "zod"

/*
 * The lines of `claude -p --output-format stream-json`, one JSON object each, as version 2.1.330
 * writes them. The schemas require only the fields that we read; others may come and go.
 */

const count = z.number().catch(0)

const usage = z.object({
  input_tokens: count,
  output_tokens: count,
  cache_read_input_tokens: count,
  cache_creation_input_tokens: count,
})

const denial = z.object({ tool_name: z.string(), tool_input: z.unknown().optional() })
export type Denial = z.infer<typeof denial>

const init = z.object({
  type: z.literal("system"),
  subtype: z.literal("init"),
  session_id: z.string(),
  model: z.string(),
})

/** The API failed, and the CLI itself will retry after a pause. */
const retry = z.object({
  type: z.literal("system"),
  subtype: z.literal("api_retry"),
  attempt: count,
  retry_delay_ms: count,
  error_status: z.number().nullish().catch(null),
})

const denied = z.object({
  type: z.literal("system"),
  subtype: z.literal("permission_denied"),
  tool_name: z.string(),
})

const delta = z.object({
  type: z.literal("stream_event"),
  parent_tool_use_id: z.string().nullish(),
  event: z.object({
    type: z.literal("content_block_delta"),
    delta: z.discriminatedUnion("type", [
      z.object({ type: z.literal("text_delta"), text: z.string() }),
      z.object({ type: z.literal("input_json_delta"), partial_json: z.string() }),
    ]),
  }),
})

const toolUse = z.object({
  type: z.literal("tool_use"),
  id: z.string(),
  name: z.string(),
  input: z.unknown().optional(),
})
export type ToolUse = z.infer<typeof toolUse>

const textBlock = z.object({ type: z.literal("text"), text: z.string() })

const assistant = z.object({
  type: z.literal("assistant"),
  request_id: z.string().nullish(),
  message: z.object({ content: z.array(z.unknown()) }),
})

const user = z.object({
  type: z.literal("user"),
  message: z.object({ content: z.array(z.object({ tool_use_id: z.string().optional() })) }),
})

const rateLimit = z.object({
  type: z.literal("rate_limit_event"),
  rate_limit_info: z.object({ status: z.string(), resetsAt: z.number().nullish() }),
})

/** The last line. API errors have the subtype `success` too: check `is_error`. */
const result = z.object({
  type: z.literal("result"),
  subtype: z.string(),
  is_error: z.boolean(),
  terminal_reason: z.string().nullish(),
  result: z.string().nullish(),
  errors: z.array(z.string()).nullish().catch(null),
  structured_output: z.unknown().optional(),
  session_id: z.string(),
  num_turns: count,
  total_cost_usd: z.number().nullish().catch(null),
  usage: usage.nullish().catch(null),
  /** Unlike `total_cost_usd`, leaves out the earlier cost of a resumed session. */
  model_usage_since_last_result: z
    .record(z.string(), z.object({ costUSD: z.number() }))
    .nullish()
    .catch(null),
  permission_denials: z.array(denial).catch([]),
  api_error_status: z.number().nullish().catch(null),
  api_error_type: z.string().nullish().catch(null),
  api_error: z.string().nullish().catch(null),
})
export type Result = z.infer<typeof result>

const system = z.discriminatedUnion("subtype", [init, retry, denied])
const line = z.union([system, delta, assistant, user, rateLimit, result])
export type Line = z.infer<typeof line>

/** Parses a line. Returns `other` for a line we don't use, undefined if it isn't JSON. */
export function readLine(text: string): Line | "other" | undefined {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    return undefined
  }
  const read = line.safeParse(json)
  return read.success ? read.data : "other"
}

/** Returns the text that the model's message says, without its tool calls. */
export function textIn({ message }: z.infer<typeof assistant>): string {
  return message.content.flatMap((block) => textBlock.safeParse(block).data?.text ?? []).join("")
}

/** Returns the tool call in a block of the model's message, if any. */
export function toolsIn({ message }: z.infer<typeof assistant>): ToolUse[] {
  return message.content.flatMap((block) => toolUse.safeParse(block).data ?? [])
}
