import { AppError } from "../../platform/errors"
import type { DocumentDeps } from "./deps"
import { originalPath } from "./originals"
import type { getFile } from "./service"

type DocumentFile = Awaited<ReturnType<typeof getFile>>

/**
 * A file for saving and nothing else: whatever is in it, no browser takes it for a page of ours.
 * Throws DocumentNotFoundError where another process, with a home of its own, keeps it.
 */
export async function answerFile(
  { config }: Pick<DocumentDeps, "config">,
  file: DocumentFile,
): Promise<Response> {
  const headers = {
    "Content-Type": "application/octet-stream",
    "Content-Disposition": disposition(file.name),
    "X-Content-Type-Options": "nosniff",
  }
  if (file.original === null) return new Response(streamOf(file.text), { headers })
  const original = Bun.file(originalPath(config, file.original))
  if (await original.exists()) return new Response(original, { headers })
  const sentence = "The original of this document is not in this home."
  throw new AppError("DocumentNotFoundError", sentence, { name: file.name })
}

/** By RFC 6266: names may be in any script. */
function disposition(name: string): string {
  const encoded = encodeURIComponent(name).replace(/['()*]/g, (sign) => {
    return `%${sign.charCodeAt(0).toString(16).toUpperCase()}`
  })
  return `attachment; filename*=UTF-8''${encoded}`
}

function streamOf(text: AsyncGenerator<string>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await text.next()
      if (done) controller.close()
      else controller.enqueue(encoder.encode(value))
    },
  })
}
