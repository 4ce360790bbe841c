import { AppError } from "../../platform/errors"
import type { DocumentDeps } from "./deps"
import { originalPath } from "./originals"
import type { getFile } from "./service"

type DocumentFile = Awaited<ReturnType<typeof getFile>>

/** Sends a file to be saved, never shown. Throws DocumentNotFoundError if another home has it. */
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
  const sentence = "The original of this document is in the home of another Amelia."
  throw new AppError("DocumentNotFoundError", sentence, { name: file.name })
}

/** Encodes a name in any script, by RFC 6266. */
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
