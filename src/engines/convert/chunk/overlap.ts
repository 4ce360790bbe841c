import type { Block, Span } from "./blocks"
import { isSpace, skipSpace } from "./characters"
import { pieceStarts } from "./pieces"

/**
 * Where the next chunk begins to repeat the end of the one before: at the first sentence (in code,
 * line) of the window, else at its first word; undefined if nothing whole is in it.
 */
export function overlapStart(text: string, kind: Block["kind"], window: Span): number | undefined {
  if (window.start >= window.end) return undefined
  // A sentence that begins just at the window shows its border only from a little before.
  const seen = { start: Math.max(0, window.start - 4), end: window.end }
  for (const start of pieceStarts(text, kind, seen)) {
    if (start >= window.start) return start
  }
  for (let at = window.start; at < window.end; at++) {
    if (!isSpace(text.charCodeAt(at - 1))) continue
    const start = skipSpace(text, at, window.end)
    return start < window.end ? start : undefined
  }
  return undefined
}
