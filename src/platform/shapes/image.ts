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

/** Returns an image's type by its first bytes, whatever its name says. */
export function imageTypeOf(bytes: Uint8Array): ImageType | undefined {
  const head = Buffer.from(bytes.subarray(0, 12)).toString("latin1")
  if (head.startsWith("\x89PNG\r\n\x1a\n")) return "image/png"
  if (head.startsWith("\xff\xd8\xff")) return "image/jpeg"
  if (head.startsWith("RIFF") && head.endsWith("WEBP")) return "image/webp"
  return head.startsWith("GIF87a") || head.startsWith("GIF89a") ? "image/gif" : undefined
}
