import { z } from "zod"
import { citationSchema } from "../../../platform/shapes/citation"
import { imageRef } from "../../../platform/shapes/image"
import type { MessageMetadata } from "../../../platform/shapes/message"
import { IMAGES_MAX, sessionInput } from "../schema"

export const FILE_VERSION = 1
const MESSAGES_MAX = 10_000
const ANSWER_MAX = 5_000_000

const amount = z.number().nonnegative().nullable()
const usage = z.strictObject({
  input_tokens: amount,
  output_tokens: amount,
  cached_tokens: amount,
  cost_usd: amount,
  trimmed_messages: z.number().int().nonnegative(),
})

const metadata = z.strictObject({
  use_rag: z.literal(true).optional(),
  document_ids: z.array(z.uuid()).optional(),
  folders: z.array(z.string()).optional(),
  attached_ids: z.array(z.uuid()).optional(),
  images: z.array(imageRef).optional(),
  citations: z.array(z.strictObject(citationSchema.shape)).default([]),
  usage: usage.nullable().default(null),
  model: z.string().nullable().default(null),
  agent: z.string().optional(),
  searches: z.array(z.strictObject({ query: z.string(), results: z.number().int() })).optional(),
  removed_citations: z
    .array(
      z.strictObject({ number: z.number().int(), reason: z.enum(["not_given", "not_in_source"]) }),
    )
    .optional(),
  unread_documents: z
    .array(z.strictObject({ id: z.uuid(), name: z.string(), reason: z.string() }))
    .optional(),
  summary: z.string().optional(),
  duration_s: z.number().nonnegative().optional(),
  stopped: z.literal(true).optional(),
  error: z.strictObject({ error: z.string(), message: z.string() }).optional(),
})

/** Fails to compile if a file would lose part of a message. */
type Lost = Exclude<keyof MessageMetadata, keyof z.infer<typeof metadata> | "generating">
metadata satisfies [Lost] extends [never] ? z.ZodType<MessageMetadata> : never

const id = z.string().min(1).max(100)

const image = z.strictObject({
  id: z.uuid(),
  name: z.string().min(1).max(255),
  data: z.base64(),
})
export type FileImage = z.infer<typeof image>

const message = z.strictObject({
  id,
  /** The message that it follows; null for a first one. Comes before it in the file. */
  parent_id: id.nullable(),
  role: z.enum(["user", "assistant"]),
  content: z.string().max(ANSWER_MAX),
  /** Written beside another answer, by a second model. */
  beside: z.boolean().default(false),
  metadata: metadata.prefault({}),
  created_at: z.iso.datetime().optional(),
})
export type FileMessage = z.infer<typeof message>

/** A conversation as a file: the whole tree, in the order in which its messages were written. */
export const chatFile = z.strictObject({
  format: z.literal("amelia-chat", "This isn't a conversation that Amelia exported as JSON."),
  version: z.literal(FILE_VERSION, `This version of Amelia reads version ${FILE_VERSION} of it.`),
  amelia_version: z.string().optional(),
  exported_at: z.string().optional(),
  session: sessionInput.extend({ created_at: z.string().optional() }),
  /** A message of the branch that is shown; null or left out for the newest. */
  shown_id: id.nullish(),
  messages: z.array(message).max(MESSAGES_MAX),
  /** The images that messages refer to. */
  images: z.array(image).max(IMAGES_MAX).default([]),
})
export type ChatFile = z.infer<typeof chatFile>

export const exportQuery = z.strictObject({ format: z.enum(["markdown", "json"]).default("json") })
export type ExportFormat = z.infer<typeof exportQuery>["format"]
