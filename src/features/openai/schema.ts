import { z } from "zod"

/** Accepts a field that asks for nothing beyond the default, and refuses any other value. */
function onlyDefault(message: string, isDefault: (value: unknown) => boolean = isEmpty) {
  return z
    .unknown()
    .optional()
    .refine((value) => value == null || isDefault(value), message)
}

const isEmpty = (value: unknown) => Array.isArray(value) && value.length === 0

const textPart = z.object({
  type: z.literal("text", {
    error: "Only parts of type text are read, no images, audio or files.",
  }),
  text: z.string(),
})

/** A message's text. Clients send a string, or a list of parts. */
const content = z
  .preprocess(
    (given) => (typeof given === "string" ? [{ type: "text", text: given }] : given),
    z.array(textPart, { error: "Give the text as a string or a list of parts of type text." }),
  )
  .transform((parts) => parts.map(({ text }) => text).join(""))

const noTools = "Tools of clients are not supported here: leave this out."

const message = z.object({
  role: z.enum(["system", "developer", "user", "assistant"], {
    error: "The role must be system, developer, user or assistant. Tool messages are not read.",
  }),
  tool_calls: onlyDefault(noTools),
  content,
})
export type GivenMessage = z.infer<typeof message>

const tokens = z.number().int().min(1).max(1_000_000).nullish()

const jsonSchema = z.object({
  type: z.literal("json_schema"),
  json_schema: z.object({
    name: z.string().min(1).max(200),
    schema: z.record(z.string(), z.unknown()),
  }),
})
const responseFormat = z.discriminatedUnion(
  "type",
  [z.object({ type: z.literal("text") }), jsonSchema],
  {
    error: "The type must be text or json_schema.",
  },
)

/**
 * The body of POST /v1/chat/completions. Refuses what would change the answer and isn't supported.
 * Ignores other unknown fields: clients send many.
 */
export const completionRequest = z.object({
  model: z.string().trim().min(1).max(300),
  messages: z.array(message).min(1, "Send at least one message."),
  stream: z.boolean().nullish(),
  stream_options: z.object({ include_usage: z.boolean().nullish() }).nullish(),
  temperature: z.number().min(0).max(2).nullish(),
  max_tokens: tokens,
  max_completion_tokens: tokens,
  response_format: responseFormat.nullish(),
  n: onlyDefault("Only one answer is given: leave n out.", (n) => n === 1),
  tools: onlyDefault(noTools),
  functions: onlyDefault(noTools),
  stop: onlyDefault(
    "Stop sequences are not supported: leave stop out.",
    (stop) => stop === "" || isEmpty(stop),
  ),
  logprobs: onlyDefault("Log probabilities are not given.", (given) => given === false),
  audio: onlyDefault("Answers are text only."),
})
export type CompletionRequest = z.infer<typeof completionRequest>

/** The most texts in one request, as OpenAI allows. */
const INPUTS_MAX = 2048
const input = z.string({ error: "Send text. Lists of tokens can't be embedded." }).min(1)

/** The body of POST /v1/embeddings. */
export const embeddingRequest = z.object({
  model: z.string().trim().min(1).max(300),
  input: z.preprocess(
    (given) => (typeof given === "string" ? [given] : given),
    z.array(input).min(1).max(INPUTS_MAX, `Send up to ${INPUTS_MAX} texts at a time.`),
  ),
  encoding_format: z.enum(["float", "base64"]).nullish(),
  dimensions: z.number().int().nullish(),
})
export type EmbeddingRequest = z.infer<typeof embeddingRequest>

export type OpenAiModel = { id: string; object: "model"; created: number; owned_by: string }

/** A cited passage: `quote` is exactly `text.slice(start, end)` of the document. */
export type OpenAiCitation = {
  document: string
  document_id: string
  start: number
  end: number
  page: number | null
  quote: string
  /** Opens the document at the passage. */
  url: string
}
