/** Ollama's default. A different size makes it reload the model, so sizes grow by doubling. */
const SMALLEST = 4096

/** A token is about four bytes of English prose, fewer in code and most other scripts. */
const BYTES_A_TOKEN_LEAST = 3
const BYTES_A_TOKEN_MOST = 8

/** Returns a context size that fits the prompt and its answer, up to the model's window. */
export function contextFor(bytes: number, max_tokens: number, window: number | null): number {
  const needed = Math.ceil(bytes / BYTES_A_TOKEN_LEAST) + max_tokens
  const size = SMALLEST * 2 ** Math.max(0, Math.ceil(Math.log2(needed / SMALLEST)))
  return Math.min(size, window ?? size)
}

/** False only if a prompt can't fit the window even by the lowest estimate of its tokens. */
export function mayFit(bytes: number, window: number): boolean {
  return bytes / BYTES_A_TOKEN_MOST <= window
}

/** True if the model read only part of the prompt. Older servers report 0 for a cached one. */
export function wasCut(bytes: number, read: number): boolean {
  return read > 0 && read * BYTES_A_TOKEN_MOST < bytes
}
