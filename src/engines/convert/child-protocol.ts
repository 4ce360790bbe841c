import { z } from "zod"
import { documentType } from "../../platform/shapes/document"

export const CONVERT = "convert-document"

export const jobSchema = z.object({
  path: z.string(),
  name: z.string(),
  /** The web page that it was read from. */
  url: z.string().nullable(),
  type: documentType,
  /** Chunk length in UTF-16 units, like `overlap`. */
  size: z.number().int(),
  overlap: z.number().int(),
})
export type Job = z.infer<typeof jobSchema>

const bytes = z.base64().transform((text) => Uint8Array.fromBase64(text))
const offset = z.number().int().min(0)

/** A line of the child's stdout, as JSON. The last is `done` or `failed`. */
export const messageSchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("progress"), share: z.number().min(0).max(1) }),
  z.object({
    type: z.literal("begun"),
    characters: offset,
    title: z.string().optional(),
    pageStarts: z.array(offset).optional(),
  }),
  /** The parts of the text, in order. */
  z.object({ type: z.literal("text"), content: z.string() }),
  /** Passages in order, with their packed terms. All of the text comes first. */
  z.object({
    type: z.literal("passages"),
    passages: z.array(
      z.object({
        index: offset,
        start: offset,
        end: offset,
        page: z.number().int().optional(),
        headingPath: z.array(z.string()),
        content: z.string(),
      }),
    ),
    segments: z.array(
      z.object({
        lengths: z.array(offset).transform((lengths) => Uint32Array.from(lengths)),
        fences: bytes,
        blocks: z.array(z.object({ block: offset, packed: bytes })),
      }),
    ),
  }),
  z.object({ type: z.literal("done") }),
  z.object({ type: z.literal("failed"), sentence: z.string() }),
])
export type Message = z.input<typeof messageSchema>
export type Heard = z.output<typeof messageSchema>
