import { analyse } from "chardet"
import { yielder } from "../../platform/async/yielder"

const SLICE_BYTES = 1024 * 1024
/** Bytes looked at to detect an encoding, which takes about 1 ms for this many. */
const SAMPLE_BYTES = 64 * 1024
/** A larger share of control characters means binary data; a few page breaks don't. */
const CONTROL_SHARE_MAX = 0.01
/** The share of characters below U+0100 from which unmarked text is UTF-16. */
const NARROW_SHARE_MIN = 0.5

type Encoding = ConstructorParameters<typeof TextDecoder>[0]

/** `isExact` is true if `text` in UTF-8 is byte for byte what was decoded. */
export type Decoded = { text: string; isExact: boolean }

/** The bytes are not text. The message completes a sentence about the file. */
export class NoText extends Error {}

/** `isCut` is true if more bytes follow, so the last character may be incomplete. */
type Options = { isCut?: boolean }

/**
 * Decodes UTF-8, UTF-16 or the most likely legacy encoding, without the byte order mark, NUL and
 * lone surrogates. Yields to the event loop. Throws NoText.
 */
export async function decodeText(bytes: Uint8Array, options: Options = {}): Promise<Decoded> {
  const unicode = markOf(bytes) ?? unmarkedOf(bytes)
  if (unicode) return { text: await decodeAs(unicode, bytes, options), isExact: false }
  try {
    return { text: await decodeAs("utf-8", bytes, options), isExact: true }
  } catch (thrown) {
    if (!(thrown instanceof WrongEncoding)) throw thrown
  }
  return { text: await decodeLegacy(bytes, options), isExact: false }
}

class WrongEncoding extends NoText {}

/** Decodes UTF-8 with a few invalid bytes (U+FFFD), or an encoding older than Unicode. */
async function decodeLegacy(bytes: Uint8Array, options: Options): Promise<string> {
  const sample = sampleOf(bytes)
  if (isBrokenUtf8(sample)) return await decodeAs("utf-8", bytes, { ...options, fatal: false })
  for (const { name } of analyse(sample)) {
    try {
      if (name !== "UTF-8") return await decodeAs(name, bytes, options)
    } catch (thrown) {
      // The decoder doesn't know this encoding, or other bytes of the file contradict it.
      const isUnknown = thrown instanceof RangeError
      if (!isUnknown && !(thrown instanceof WrongEncoding)) throw thrown
    }
  }
  return await decodeAs("windows-1252", bytes, options)
}

/** True if most of what isn't ASCII reads as UTF-8, which no other encoding does by chance. */
function isBrokenUtf8(bytes: Uint8Array): boolean {
  const text = new TextDecoder().decode(bytes)
  const broken = text.split("\ufffd").length - 1
  const whole = text.replace(/[\0-\x7f\ufffd]+/g, "").length
  return whole >= broken * 2
}

/** Returns bytes from the first that isn't ASCII, since ASCII says nothing about the encoding. */
function sampleOf(bytes: Uint8Array): Uint8Array {
  const first = bytes.findIndex((byte) => byte > 127)
  return bytes.subarray(Math.max(0, first - 100), first + SAMPLE_BYTES)
}

async function decodeAs(
  encoding: string,
  bytes: Uint8Array,
  { fatal = true, isCut = false }: Options & { fatal?: boolean },
): Promise<string> {
  const yieldNow = yielder()
  const decoder = new TextDecoder(encoding as Encoding, { fatal })
  const parts: string[] = []
  let controls = 0
  let length = 0
  for (let at = 0; at < bytes.length; at += SLICE_BYTES) {
    const slice = bytes.subarray(at, at + SLICE_BYTES)
    const part = decodeSlice(decoder, slice, isCut || at + SLICE_BYTES < bytes.length)
    controls += countControls(part)
    length += part.length
    parts.push(part)
    await yieldNow()
  }
  if (controls > length * CONTROL_SHARE_MAX) throw new NoText("holds binary data, not text")
  return parts.join("")
}

function decodeSlice(decoder: TextDecoder, slice: Uint8Array, stream: boolean): string {
  try {
    return decoder.decode(slice, { stream })
  } catch (cause) {
    throw new WrongEncoding(`is not valid ${decoder.encoding.toUpperCase()}`, { cause })
  }
}

type Unicode = "utf-8" | "utf-16le" | "utf-16be"

/** Recognises a byte order mark. */
function markOf([first, second, third]: Uint8Array): Unicode | undefined {
  if (first === 0xff && second === 0xfe) return "utf-16le"
  if (first === 0xfe && second === 0xff) return "utf-16be"
  if (first === 0xef && second === 0xbb && third === 0xbf) return "utf-8"
  return undefined
}

/** Recognises UTF-16 without a mark by a zero in every other byte. */
function unmarkedOf(bytes: Uint8Array): Unicode | undefined {
  const zeros = [0, 0]
  const sample = bytes.subarray(0, SAMPLE_BYTES)
  for (const [at, byte] of sample.entries())
    if (byte === 0) zeros[at % 2] = (zeros[at % 2] ?? 0) + 1
  const [even = 0, odd = 0] = zeros
  const many = (sample.length / 2) * NARROW_SHARE_MIN
  if (bytes.length % 2 !== 0 || Math.min(even, odd) > 0) return undefined
  if (odd > many) return "utf-16le"
  return even > many ? "utf-16be" : undefined
}

/** Counts control characters other than backspace, tab to carriage return, and escape. */
function countControls(text: string): number {
  let count = 0
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === 0) throw new NoText(nulBytes)
    const isControl = code < 32 ? (code < 8 || code > 13) && code !== 27 : code > 126 && code < 160
    // U+0085 ends a line in some old systems.
    if (isControl && code !== 0x85) count++
  }
  return count
}

const nulBytes = "holds NUL bytes, so it is binary data, not text"

/** Browsers look for a page's own `meta charset` in this many bytes. */
const META_BYTES = 1024

/** Decodes by byte order mark, sent `charset`, own `meta`, or as `decodeText`. Throws NoText. */
export async function decodeHtml(bytes: Uint8Array, charset?: string): Promise<string> {
  const named = markOf(bytes) ? undefined : (charset ?? metaCharset(bytes))
  const text = named && decodeNamed(named, bytes)
  if (!text) return (await decodeText(bytes)).text
  if (text.includes("\0")) throw new NoText(nulBytes)
  return text
}

function metaCharset(bytes: Uint8Array): string | undefined {
  const head = new TextDecoder("latin1").decode(bytes.subarray(0, META_BYTES))
  return /<meta[^>]+charset\s*=\s*["']?([\w:.-]+)/i.exec(head)?.[1]
}

/** Returns undefined for an encoding that is unknown or that the bytes contradict. */
function decodeNamed(charset: string, bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder(charset as Encoding, { fatal: true }).decode(bytes)
  } catch {
    return undefined
  }
}
