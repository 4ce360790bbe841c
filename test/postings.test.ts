import { describe, expect, test } from "bun:test"
import fc from "fast-check"
import * as packing from "../src/engines/index/packing"
import { queryTerms, termsOf } from "../src/engines/index/terms"

describe("packed data", () => {
  const ascending = fc
    .uniqueArray(fc.oneof(fc.nat(300), fc.nat()), { maxLength: 200 })
    .map((numbers) => numbers.sort((a, b) => a - b))

  test("postings come back as they were", () => {
    fc.assert(
      fc.property(
        ascending,
        fc.array(fc.integer({ min: 1, max: 100_000 }), { minLength: 1 }),
        (at, tf) => {
          const postings = {
            ordinals: Uint32Array.from(at),
            frequencies: Uint32Array.from(at, (_, i) => tf[i % tf.length]!),
          }
          expect(packing.unpackPostings(packing.packPostings(postings))).toEqual(postings)
        },
      ),
    )
  })

  test("lengths and ids come back as they were, also beyond 32 bits", () => {
    const large = fc
      .uniqueArray(fc.maxSafeNat(), { maxLength: 50 })
      .map((it) => it.sort((a, b) => a - b))
    fc.assert(
      fc.property(large, (numbers) => {
        const ids = Float64Array.from(numbers)
        const lengths = Uint32Array.from(numbers, (number) => number % 5000)
        expect(packing.unpackLengths(packing.packLengths({ ids, lengths }))).toEqual({
          ids,
          lengths,
        })
        expect(packing.unpackIds(packing.packIds(numbers))).toEqual(numbers)
      }),
    )
  })

  test("cut short throws instead of being half read", () => {
    const packed = packing.packPostings({
      ordinals: Uint32Array.of(1, 500, 70_000),
      frequencies: Uint32Array.of(1, 2, 300),
    })
    expect(() => packing.unpackPostings(packed.subarray(0, -1))).toThrow(RangeError)
  })
})

describe("terms", () => {
  const terms = (text: string) => termsOf(text).map(({ term }) => term)

  test("of identifiers are their parts and themselves", () => {
    expect(terms("readFile")).toEqual(["read", "file", "readfile"])
    expect(terms("max_value")).toEqual(["max", "valu", "max_value"])
    expect(terms("HTTPServer kebab-case")).toEqual([
      "http",
      "server",
      "httpserver",
      "kebab",
      "case",
      "kebab-case",
    ])
  })

  test("are stems in lower case, after NFKC; numbers stay", () => {
    expect(terms("Running ﬁles 3.14 42 naïve")).toEqual(["run", "file", "3.14", "42", "naïve"])
  })

  test("of a script without spaces are pairs", () =>
    expect(terms("東京都")).toEqual(["東京", "京都"]))

  test("of a query leave out stop words unless there is nothing else", () => {
    expect([...queryTerms("the zebra and the yak").keys()]).toEqual(["zebra", "yak"])
    expect([...queryTerms("to be").keys()]).toEqual(["to", "be"])
  })
})
