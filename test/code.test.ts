import { describe, expect, test } from "bun:test"
import fc from "fast-check"
import { chunksOf } from "../src/engines/convert/chunk/chunk"
import { CodeReader } from "../src/engines/convert/code/reader"
import { checkPromises } from "./support/chunks"
import { codeFiles } from "./support/code"
import { testServer } from "./support/server"

const reader = new CodeReader()

/** The chunks of a file of this name, each as the names that it is in, and its text. */
async function namedChunks(name: string, text: string, size: number): Promise<[string, string][]> {
  const cuts = await reader.cutsOf(name, text, size)
  return [...chunksOf(text, { type: "code", size, overlap: size / 4, cuts })].map(
    ({ headingPath, start, end }) => [headingPath.join("."), text.slice(start, end)],
  )
}

test.each(Object.keys(codeFiles))(
  "the chunks of %s are declarations, and say which",
  async (name) => {
    const { source, paths } = codeFiles[name]!
    const chunks = await namedChunks(name, source, 130)
    expect(chunks.map(([path]) => path)).toEqual(paths)
  },
)

describe("chunks of parsed code", () => {
  /** One declaration of each language, with so many lines inside. */
  const functions: Record<string, (name: string, lines: number) => string> = {
    "a.ts": (name, lines) => `// It.\nexport function ${name}() {\n${"  work(1)\n".repeat(lines)}}`,
    "a.tsx": (name, lines) => `const ${name} = () => {\n${"  work(<b>1</b>)\n".repeat(lines)}}`,
    "a.js": (name, lines) => `class ${name} {\n${"  static x = 1\n".repeat(lines)}}`,
    "a.py": (name, lines) =>
      `@of("it")\ndef ${name}(a):\n    pass\n${"    work()\n".repeat(lines)}`,
    "a.go": (name, lines) => `// It.\nfunc ${name}() {\n${"\twork(1)\n".repeat(lines)}}`,
    "a.rs": (name, lines) => `#[test]\nfn ${name}() {\n${"    work(1);\n".repeat(lines)}}`,
    "A.java": (name, lines) => `@Of class ${name} {\n${"    int x = 1;\n".repeat(lines)}}`,
    "a.c": (name, lines) => `/* It. */\nint ${name}(void) {\n${"    work(1);\n".repeat(lines)}}`,
    "a.cc": (name, lines) => `struct ${name} {\n${"  int x = 1;\n".repeat(lines)}};`,
  }
  const parts = fc.array(
    fc.oneof(
      {
        weight: 3,
        arbitrary: fc.record({ lines: fc.nat(30), gap: fc.constantFrom("\n", "\n\n") }),
      },
      fc.constantFrom(
        "{",
        "}}",
        "/*",
        '"',
        "`",
        "'''",
        "\n\n",
        "\r\n",
        "😀",
        "日本 ",
        "\t",
        "#",
        "\0",
      ),
      fc.string({ unit: "binary", maxLength: 20 }),
    ),
    { maxLength: 12 },
  )
  const sizes = fc.record({ size: fc.integer({ min: 10, max: 400 }), overlap: fc.nat(150) })

  test.each(Object.entries(functions))(
    "%s, be it broken, keep all promises",
    async (name, make) => {
      const property = fc.asyncProperty(parts, sizes, async (parts, sizes) => {
        const text = parts
          .map((part, i) =>
            typeof part === "string" ? part : make(`f${i}`, part.lines) + part.gap,
          )
          .join("")
        const cuts = await reader.cutsOf(name, text, sizes.size)
        expect(cuts).toBeDefined()
        checkPromises(text, { type: "code", ...sizes, cuts })
      })
      await fc.assert(property, { numRuns: 60 })
    },
  )

  test.each(Object.entries(functions))("%s hold whole what fits", async (name, make) => {
    const lengths = fc.array(fc.nat(30), { minLength: 1, maxLength: 8 })
    const property = fc.asyncProperty(lengths, sizes, async (lengths, { size }) => {
      const all = lengths.map((lines, i) => make(`f${i}`, lines).trimEnd())
      const chunks = await namedChunks(name, all.join("\n\n"), size)
      for (const [i, declaration] of all.entries()) {
        const holders = chunks.filter(([, content]) => content.includes(declaration))
        const own = chunks.filter(([path]) => path.split(".")[0] === `f${i}`)
        if (declaration.length <= size) expect(holders).toHaveLength(1)
        // In C a semicolon stands behind the declaration itself.
        else if (declaration.length > size + 1) expect(own.length).toBeGreaterThan(1)
      }
    })
    await fc.assert(property, { numRuns: 60 })
  })
})

describe("code that is made to cost much is cut by its lines", () => {
  const hostile: Record<string, string> = {
    "a.ts": "`${".repeat(300_000),
    "a.py": "(".repeat(1000_000),
    "a.cpp": "a<b<".repeat(200_000),
  }
  test.each(Object.entries(hostile))("%s", async (name, text) => {
    const reader = new CodeReader()
    const cuts = await reader.cutsOf(name, text, 800)
    checkPromises(text, { type: "code", size: 800, overlap: 200, cuts })
    expect(process.memoryUsage.rss()).toBeLessThan(2 * 1024 ** 3)
  })
})

test("an upload of code is found under the names of its declarations", async () => {
  await using server = await testServer({ settings: { CHUNK_SIZE: "130", CHUNK_OVERLAP: "0" } })
  await server.client.uploadDocuments([
    { name: "a.ts", content: new Blob([codeFiles["a.ts"]!.source]) },
  ])
  const [best] = await server.client.search({ query: "how large is the width" })
  expect(best?.heading_path).toEqual(["Shape", "area"])
})
