import http from "node:http"
import https from "node:https"
import type { LookupFunction } from "node:net"
import { pipeline, type Readable, type Transform } from "node:stream"
import { createBrotliDecompress, createGunzip, createInflate } from "node:zlib"
import { version } from "../../../package.json"
import { AppError, messageOf } from "../errors"
import { type Address, addressesOf, type Forbidden, type Lookup } from "./address"

/** The user agent that robots.txt rules address. */
export const AGENT = "Amelia"

/** Which addresses may be reached, and the limits of a fetch. */
export type Reach = {
  lookup: Lookup
  forbidden: Forbidden
  /** Maximum size of a body after decompression. */
  bytesMax: number
  /** Maximum time without receiving a byte. */
  idle_ms: number
  /** Maximum time for all requests of one page together. */
  total_ms: number
}

const headers = {
  "user-agent": `${AGENT}/${version}`,
  accept: "text/html, application/xhtml+xml, text/plain, text/markdown, application/pdf",
  "accept-encoding": "gzip, deflate, br",
}

/**
 * Requests one URL at one of its checked addresses. Follows no redirect and ignores proxies, since
 * we can't check what they connect to. Throws ForbiddenUrlError or DocumentProcessingError.
 */
export async function request(
  url: URL,
  reach: Reach,
  signal: AbortSignal,
): Promise<http.IncomingMessage> {
  const addresses = await within(signal, url, addressesOf(url, reach.lookup, reach.forbidden))
  const { promise, resolve, reject } = Promise.withResolvers<http.IncomingMessage>()
  let answer: http.IncomingMessage | undefined
  const { get } = url.protocol === "https:" ? https : http
  const lookup = answering(addresses)
  const options = { agent: false, headers, timeout: reach.idle_ms, signal, lookup }
  const asked = get(url, options, (message) => {
    answer = message
    resolve(message)
  })
  asked.on("timeout", () => {
    const silent = new Error("it was silent for too long")
    // The reader gets the reason before the response breaks off.
    answer?.destroy(silent)
    asked.destroy(silent)
  })
  asked.on("error", reject)
  return await within(signal, url, promise)
}

function answering(addresses: Address[]): LookupFunction {
  const [first] = addresses
  return (_host, { all }, callback) => {
    if (all) callback(null, addresses)
    else callback(null, first?.address ?? "", first?.family)
  }
}

const unpackers: Record<string, () => Transform> = {
  gzip: createGunzip,
  "x-gzip": createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
}

/** Reads and decompresses the body. Throws FileTooLargeError as soon as it exceeds the limit. */
export async function readBody(
  url: URL,
  message: http.IncomingMessage,
  { bytesMax, signal }: { bytesMax: number; signal: AbortSignal },
): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  let bytes = 0
  const read = async () => {
    for await (const part of unpacked(message)) {
      bytes += part.byteLength
      if (bytes > bytesMax) throw tooLarge(url, bytesMax)
      parts.push(part)
    }
  }
  try {
    await within(signal, url, read())
  } finally {
    message.destroy()
  }
  return Buffer.concat(parts)
}

function unpacked(message: http.IncomingMessage): Readable {
  const encoding = message.headers["content-encoding"]?.trim().toLowerCase() || "identity"
  if (encoding === "identity") return message
  const unpack = unpackers[encoding]
  if (!unpack) throw new Error(`it uses the unknown encoding ${encoding}`)
  // The reader of this stream receives its errors.
  return pipeline(message, unpack(), () => {})
}

/** Waits for `work` until the signal aborts. Failures become sentences about the page. */
async function within<T>(signal: AbortSignal, url: URL, work: Promise<T>): Promise<T> {
  const { promise: over, reject } = Promise.withResolvers<never>()
  const end = () => reject(new Error("it took too long"))
  signal.addEventListener("abort", end, { once: true })
  try {
    return await Promise.race([work, over])
  } catch (cause) {
    if (cause instanceof AppError) throw cause
    const reason = signal.aborted ? "it took too long" : messageOf(cause)
    throw unread(url, `can't be read: ${reason}`, cause)
  } finally {
    signal.removeEventListener("abort", end)
  }
}

/** An error for a page that exists or not, but can't be read; `reason` ends the sentence. */
export function unread(url: URL, reason: string, cause?: unknown): AppError {
  const sentence = `The page ${url.host} ${reason}.`
  return new AppError("DocumentProcessingError", sentence, { url: url.href }, { cause })
}

function tooLarge(url: URL, max_bytes: number): AppError {
  const sentence = `The page ${url.host} is larger than ${Math.floor(max_bytes / 1024 ** 2)} MB.`
  return new AppError("FileTooLargeError", sentence, { url: url.href, max_bytes })
}
