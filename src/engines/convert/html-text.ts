import { decodeText, NoText } from "./chunk/text"

/** Where browsers look for a page's own word on its encoding. */
const META_BYTES = 1024

/**
 * The text of a page, by its byte order mark, else by what it was sent with (`charset`), else by
 * its own `meta`, else as `decodeText` finds it. Throws NoText for bytes that are none.
 */
export async function decodeHtml(bytes: Uint8Array, charset?: string): Promise<string> {
  const [first, second, third] = bytes
  const isMarked =
    (first === 0xff && second === 0xfe) ||
    (first === 0xfe && second === 0xff) ||
    (first === 0xef && second === 0xbb && third === 0xbf)
  const named = isMarked ? undefined : (charset ?? metaCharset(bytes))
  const text = named && decodeAs(named, bytes)
  if (!text) return (await decodeText(bytes)).text
  if (text.includes("\0")) throw new NoText("holds NUL bytes, so it is binary data, not text")
  return text
}

function metaCharset(bytes: Uint8Array): string | undefined {
  const head = new TextDecoder("latin1").decode(bytes.subarray(0, META_BYTES))
  return /<meta[^>]+charset\s*=\s*["']?([\w:.-]+)/i.exec(head)?.[1]
}

/** Undefined for an encoding that nobody knows, or that the bytes contradict. */
function decodeAs(charset: string, bytes: Uint8Array): string | undefined {
  try {
    const label = charset as ConstructorParameters<typeof TextDecoder>[0]
    return new TextDecoder(label, { fatal: true }).decode(bytes)
  } catch {
    return undefined
  }
}
