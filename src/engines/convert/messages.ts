import { z } from "zod"
import { documentType } from "../../platform/shapes/document"

/** The hidden subcommand of the program that converts one file. */
export const CONVERT = "convert-document"

/** What is to be converted: the whole of its stdin, one JSON object. */
export const jobSchema = z.object({
  path: z.string(),
  name: z.string(),
  /** Where on the web it comes from. */
  url: z.string().nullable(),
  type: documentType,
  /** Of chunks, in UTF-16 units. */
  size: z.number().int(),
  overlap: z.number().int(),
})
export type Job = z.infer<typeof jobSchema>

const bytes = z.base64().transform((text) => Uint8Array.fromBase64(text))
const offset = z.number().int().min(0)

/** A line of its stdout, JSON too. `done` and `failed` are its last words. */
export const messageSchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("progress"), share: z.number().min(0).max(1) }),
  z.object({
    type: z.literal("begun"),
    characters: offset,
    title: z.string().optional(),
    pageStarts: z.array(offset).optional(),
  }),
  /** The text, part after part. */
  z.object({ type: z.literal("text"), content: z.string() }),
  /** Passages in their order, with the packed terms of just these. The text comes before them. */
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
