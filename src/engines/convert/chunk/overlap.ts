import type { Block, Span } from "./blocks"
import { isSpace, skipSpace } from "./characters"
import { pieceStarts } from "./pieces"

/**
 * Returns where the overlap with the chunk before begins: at the first sentence of the window (in
 * code, line), else at its first word. Undefined if the window has nothing whole.
 */
export function overlapStart(text: string, kind: Block["kind"], window: Span): number | undefined {
  if (window.start >= window.end) return undefined
  // The border of a sentence that begins at the window is only visible from a little before.
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
