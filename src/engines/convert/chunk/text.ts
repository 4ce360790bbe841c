import { analyse } from "chardet"
import { breather } from "../../../platform/async/breathe"

const SLICE_BYTES = 1024 * 1024
/** Bytes that tell an encoding; detection takes about 1 ms for so many. */
const SAMPLE_BYTES = 64 * 1024
/** More control characters than this share are binary junk; a few page breaks are not. */
const CONTROL_SHARE_MAX = 0.01
/** Of UTF-16 without a mark, so many characters at least are of the first 256. */
const NARROW_SHARE_MIN = 0.5

type Encoding = ConstructorParameters<typeof TextDecoder>[0]

/** A text, and whether it gives back in UTF-8 the very bytes that it was read from. */
export type Decoded = { text: string; isExact: boolean }

/** Why bytes are no text, as the end of a sentence about the file. */
export class NoText extends Error {}

/**
 * The text of a file: UTF-8 or UTF-16 with or without a byte order mark, which is left out, else
 * the older encoding that is the most likely. It has no NUL and no lone surrogates, which
 * PostgreSQL could not store. Throws NoText for all else. Long files don't keep the event loop.
 */
export async function decodeText(bytes: Uint8Array): Promise<Decoded> {
  const marked = encodingOf(bytes)
  if (marked) return { text: await decodeAs(marked, bytes), isExact: false }
  try {
    return { text: await decodeAs("utf-8", bytes), isExact: true }
  } catch (thrown) {
    if (!(thrown instanceof WrongEncoding)) throw thrown
  }
  return { text: await decodeOld(bytes), isExact: false }
}

/** The bytes are of another encoding. */
class WrongEncoding extends NoText {}

/** UTF-8 with some broken places, which become U+FFFD, or text from before Unicode. */
async function decodeOld(bytes: Uint8Array): Promise<string> {
  const sample = sampleOf(bytes)
  if (isBrokenUtf8(sample)) return await decodeAs("utf-8", bytes, false)
  for (const { name } of analyse(sample)) {
    try {
      if (name !== "UTF-8") return await decodeAs(name, bytes)
    } catch (thrown) {
      // Unknown to the decoder, or another part of the file contradicts it.
      const isUnknown = thrown instanceof RangeError
      if (!isUnknown && !(thrown instanceof WrongEncoding)) throw thrown
    }
  }
  return await decodeAs("windows-1252", bytes)
}

/** Whether by far most of what is not ASCII reads as UTF-8, which no other text does by chance. */
function isBrokenUtf8(bytes: Uint8Array): boolean {
  const text = new TextDecoder().decode(bytes)
  const broken = text.split("\ufffd").length - 1
  const whole = text.replace(/[\0-\x7f\ufffd]+/g, "").length
  return whole >= broken * 2
}

/** From the first byte on that is not ASCII, for the rest tells nothing. */
function sampleOf(bytes: Uint8Array): Uint8Array {
  const first = bytes.findIndex((byte) => byte > 127)
  return bytes.subarray(Math.max(0, first - 100), first + SAMPLE_BYTES)
}

async function decodeAs(encoding: string, bytes: Uint8Array, fatal = true): Promise<string> {
  const breathe = breather()
  const decoder = new TextDecoder(encoding as Encoding, { fatal })
  const parts: string[] = []
  let controls = 0
  let length = 0
  for (let at = 0; at < bytes.length; at += SLICE_BYTES) {
    const slice = bytes.subarray(at, at + SLICE_BYTES)
    const part = decodeSlice(decoder, slice, at + SLICE_BYTES < bytes.length)
    controls += countControls(part)
    length += part.length
    parts.push(part)
    await breathe()
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

/** By its mark, or by the zeros of UTF-16 in every other place. */
function encodingOf(bytes: Uint8Array): "utf-8" | "utf-16le" | "utf-16be" | undefined {
  const [first, second, third] = bytes
  if (first === 0xff && second === 0xfe) return "utf-16le"
  if (first === 0xfe && second === 0xff) return "utf-16be"
  if (first === 0xef && second === 0xbb && third === 0xbf) return "utf-8"
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

/** Control characters other than those of text (tab to carriage return, escape, backspace). */
function countControls(text: string): number {
  let count = 0
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === 0) throw new NoText("holds NUL bytes, so it is binary data, not text")
    const isControl = code < 32 ? (code < 8 || code > 13) && code !== 27 : code > 126 && code < 160
    // The end of a line in some old systems.
    if (isControl && code !== 0x85) count++
  }
  return count
}
