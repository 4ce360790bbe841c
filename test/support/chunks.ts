import { expect } from "bun:test"
import { type ChunkOptions, chunksOf } from "../../src/engines/convert/chunk/chunk"

/** What is promised of the chunks of any text whatever. */
export function checkPromises(text: string, options: ChunkOptions): void {
  const chunks = [...chunksOf(text, options)]
  let covered = 0
  let before = -1
  for (const [i, { index, start, end }] of chunks.entries()) {
    expect(index).toBe(i)
    expect(start).toBeGreaterThan(before)
    expect(end - start).toBeLessThanOrEqual(options.size)
    expect(text.slice(start, end).trim()).not.toBe("")
    expect(partsPair(text, start) || partsPair(text, end)).toBe(false)
    if (start > covered) expect(text.slice(covered, start).trim()).toBe("")
    else expect(covered - start).toBeLessThanOrEqual(options.overlap)
    expect(end).toBeGreaterThan(covered)
    covered = end
    before = start
  }
  expect(text.slice(covered).trim()).toBe("")
}

function partsPair(text: string, at: number): boolean {
  return /^[\ud800-\udbff][\udc00-\udfff]$/.test(text.slice(at - 1, at + 1))
}
