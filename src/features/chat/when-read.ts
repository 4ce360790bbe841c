import type { PlatformDeps } from "../../platform/deps"
import type { UnreadDocument } from "../../platform/shapes/message"
import type { Document } from "../documents/schema"
import { documentsOf } from "./attachments"

/** A large PDF takes this long. What isn't read by then is left out of the answer. */
const READ_MS = 60_000

const ends = ["document.indexed", "document.failed", "document.deleted"]

/**
 * Waits until documents that were just added can be searched, for a while. Returns those that still
 * can't.
 */
export async function whenRead(
  deps: Pick<PlatformDeps, "db" | "events">,
  ids: string[],
  signal: AbortSignal,
): Promise<UnreadDocument[]> {
  const documents = await documentsOf(deps, ids)
  if (!documents.some(isReading)) return documents.flatMap(unread)
  const patience = AbortSignal.any([signal, AbortSignal.timeout(READ_MS)])
  const stream = deps.events.subscribe({ types: ends })
  patience.addEventListener("abort", stream.end, { once: true })
  try {
    const now = await documentsOf(deps, ids)
    const reading = new Set(now.filter(isReading).map(({ id }) => id))
    if (reading.size > 0 && !patience.aborted) {
      for await (const { data } of stream) {
        reading.delete(String("document_id" in data && data.document_id))
        if (reading.size === 0) break
      }
    }
  } finally {
    patience.removeEventListener("abort", stream.end)
    stream.end()
  }
  return (await documentsOf(deps, ids)).flatMap(unread)
}

const isReading = ({ status }: Document) => status === "processing"

function unread({ id, name, status, error }: Document): UnreadDocument[] {
  if (status === "indexed") return []
  return [{ id, name, reason: error ?? "It is still being read." }]
}
