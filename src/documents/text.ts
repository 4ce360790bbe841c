import { breather } from "../search/breathe"

const SLICE_BYTES = 1024 * 1024
/** More control characters than this share are binary junk; a few page breaks are not. */
const CONTROL_SHARE_MAX = 0.01

type Encoding = "utf-8" | "utf-16le" | "utf-16be"

/** Why bytes are no text, as the end of a sentence about the file. */
export class NoText extends Error {}

/**
 * The text of a file: UTF-8, or UTF-16 with a byte order mark, which is left out. It has no NUL
 * and no lone surrogates, which PostgreSQL could not store. Throws NoText for all else. Long
 * files don't keep the event loop.
 */
export async function decodeText(bytes: Uint8Array): Promise<string> {
  const breathe = breather()
  const encoding = encodingOf(bytes)
  const decoder = new TextDecoder(encoding, { fatal: true })
  const parts: string[] = []
  let controls = 0
  for (let at = 0; at < bytes.length; at += SLICE_BYTES) {
    const slice = bytes.subarray(at, at + SLICE_BYTES)
    const part = decodeSlice(decoder, slice, at + SLICE_BYTES < bytes.length, encoding)
    controls += countControls(part)
    parts.push(part)
    await breathe()
  }
  const text = parts.join("")
  if (controls > text.length * CONTROL_SHARE_MAX) throw new NoText("holds binary data, not text")
  return text
}

function decodeSlice(
  decoder: TextDecoder,
  slice: Uint8Array,
  stream: boolean,
  encoding: Encoding,
): string {
  try {
    return decoder.decode(slice, { stream })
  } catch (cause) {
    const reason = `is not valid ${encoding.slice(0, 6).toUpperCase()}`
    throw new NoText(reason, { cause })
  }
}

function encodingOf([first, second]: Uint8Array): Encoding {
  if (first === 0xff && second === 0xfe) return "utf-16le"
  if (first === 0xfe && second === 0xff) return "utf-16be"
  return "utf-8"
}

/** Control characters other than those of text (tab to carriage return, escape, backspace). */
function countControls(text: string): number {
  let count = 0
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === 0) throw new NoText("holds NUL bytes, so it is binary data, not text")
    if ((code < 32 && (code < 8 || code > 13) && code !== 27) || code === 127) count++
  }
  return count
}
