/** kernel.wat, assembled; test/vectors.test.ts assembles it again. */
export const kernelBase64 =
  "AGFzbQEAAAABCQFgBX9/f39/AAISAQZhbWVsaWEGbWVtb3J5AgABAwIBAAcHAQNkb3QAAAqsAgGpAgICfwR7IA" +
  "AgAWohBQJAA0AgA0UNAf0MAAAAAAAAAAAAAAAAAAAAACEH/QwAAAAAAAAAAAAAAAAAAAAAIQj9DAAAAAAAAAAA" +
  "AAAAAAAAAAAhCf0MAAAAAAAAAAAAAAAAAAAAACEKIAAhBgNAIAcgBv0ABAAgAv0ABAD9ugH9+gH95AEhByAIIA" +
  "b9AAQQIAL9AAQQ/boB/foB/eQBIQggCSAG/QAEICAC/QAEIP26Af36Af3kASEJIAogBv0ABDAgAv0ABDD9ugH9" +
  "+gH95AEhCiAGQcAAaiEGIAJBwABqIQIgBiAFSQ0ACyAHIAj95AEgCSAK/eQB/eQBIQcgBCAH/R8AIAf9HwGSIA" +
  "f9HwIgB/0fA5KSOAIAIARBBGohBCADQQFrIQMMAAsLCw=="

/**
 * Writes to `out` the dot products of the vector at `query` with `count` rows starting at `row`.
 * All are addresses in the memory. The query and each row have `bytes` bytes.
 */
export type Dot = (query: number, bytes: number, row: number, count: number, out: number) => void

/** Several times as fast as the same loops in JavaScript: it handles eight numbers at once. */
export function instantiate(memory: WebAssembly.Memory): Dot {
  const module = new WebAssembly.Module(Uint8Array.fromBase64(kernelBase64))
  const { exports } = new WebAssembly.Instance(module, { amelia: { memory } })
  return exports.dot as Dot
}
