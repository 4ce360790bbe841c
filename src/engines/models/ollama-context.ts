/** Ollama's own default; a context of another size makes it load the model again, so sizes double. */
const SMALLEST = 4096

/** A token is about four bytes of prose, and less of code and of most other scripts. */
const BYTES_A_TOKEN_LEAST = 3
const BYTES_A_TOKEN_MOST = 8

/** Tokens to ask for so that a prompt and its answer fit, as far as the model's window goes. */
export function contextFor(bytes: number, max_tokens: number, window: number | null): number {
  const needed = Math.ceil(bytes / BYTES_A_TOKEN_LEAST) + max_tokens
  const size = SMALLEST * 2 ** Math.max(0, Math.ceil(Math.log2(needed / SMALLEST)))
  return Math.min(size, window ?? size)
}

/** False only if a prompt can't fit into a window, however few tokens it turns out to have. */
export function mayFit(bytes: number, window: number): boolean {
  return bytes / BYTES_A_TOKEN_MOST <= window
}

/**
 * Whether the model read less than it was given. The count of what it read is the only trace; an
 * older server gives 0 for a prompt that it still knows.
 */
export function wasCut(bytes: number, read: number): boolean {
  return read > 0 && read * BYTES_A_TOKEN_MOST < bytes
}
