import { z } from "zod"

/** The formats that all providers with vision take. */
export const imageType = z.enum(["image/png", "image/jpeg", "image/webp", "image/gif"])
export type ImageType = z.infer<typeof imageType>

/** An image that belongs to a chat's question. Size in bytes. */
export const imageRef = z.strictObject({
  id: z.uuid(),
  name: z.string(),
  media_type: imageType,
  file_size: z.number().int().nonnegative(),
})
export type ImageRef = z.infer<typeof imageRef>

const begins: [ImageType, pattern: RegExp][] = [
  ["image/png", /^\x89PNG\r\n\x1a\n/],
  ["image/jpeg", /^\xff\xd8\xff/],
  ["image/webp", /^RIFF[^]{4}WEBP/],
  ["image/gif", /^GIF8[79]a/],
]

/** Returns an image's type by its first bytes, whatever its name says. */
export function imageTypeOf(bytes: Uint8Array): ImageType | undefined {
  const head = Buffer.from(bytes.subarray(0, 12)).toString("latin1")
  return begins.find(([, pattern]) => pattern.test(head))?.[0]
}
