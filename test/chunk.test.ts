import { describe, expect, test } from "bun:test"
import fc from "fast-check"
import { type ChunkOptions, chunksOf } from "../src/engines/convert/chunk/chunk"
import { checkPromises } from "./support/chunks"

const standard: ChunkOptions = { type: "markdown", size: 800, overlap: 200 }
const contents = (text: string, options: Partial<ChunkOptions> = {}) =>
  [...chunksOf(text, { ...standard, ...options })].map(({ start, end }) => text.slice(start, end))

/** Pieces of Markdown, hostile ones among them, put together at random. */
const markdown = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        "\n",
        "\n\n",
        "\r\n",
        "```\n",
        "~~~~\n",
        "# ",
        "\n## Two ##\n",
        "===\n",
        "---\n",
      ),
      fc.constantFrom(
        "A sentence. ",
        "Is it? Yes! ",
        "e.g. this. ",
        "- item\n",
        "    code\n",
        "日本。",
      ),
      fc.constantFrom(
        " ".repeat(50),
        "\u00a0",
        "\ufeff",
        "😀",
        "x".repeat(70),
        "😀".repeat(40),
        "\0",
      ),
      fc.string({ unit: "binary", maxLength: 20 }),
    ),
    { maxLength: 60 },
  )
  .map((parts) => parts.join(""))
const options = fc.record({
  type: fc.constantFrom("markdown" as const, "text" as const, "code" as const),
  size: fc.integer({ min: 10, max: 200 }),
  overlap: fc.integer({ min: 0, max: 150 }),
})

describe("chunks of any text", () => {
  test("hold everything but white space, in order, within size and overlap", () => {
    fc.assert(fc.property(markdown, options, checkPromises), { numRuns: 3000 })
  })

  const hostile: Record<string, () => string> = {
    "one line": () => "word ".repeat(200_000),
    "one word": () => "x".repeat(1000_000),
    "one word of pairs": () => "😀".repeat(500_000),
    "full stops": () => ".".repeat(1000_000),
    "sentences of one letter": () => "A. ".repeat(300_000),
    headings: () => "# a\n".repeat(100_000),
    "deep headings": () => "# a\n###### b\n\n".repeat(500_000),
    "brackets in headings": () => `# ${"[".repeat(900)}\n`.repeat(10_000),
    "an unclosed fence": () => `\`\`\`\n${"code\n".repeat(200_000)}`,
    fences: () => "```\n".repeat(200_000),
    "white space": () => " \n".repeat(500_000),
    "a word behind white space": () => `${" ".repeat(1000_000)}x`,
    "front matter without an end": () => "---\n".repeat(200_000),
    "lines of lists": () => "- a\n".repeat(200_000),
    backticks: () => `${"`".repeat(500_000)} ${"~".repeat(500_000)}`,
  }
  for (const [name, make] of Object.entries(hostile)) {
    for (const type of ["markdown", "text", "code"] as const) {
      test(`end in the time of a test: ${name} as ${type}`, () => {
        const text = make()
        const chunks = [...chunksOf(text, { ...standard, type })]
        expect(chunks.length).toBeLessThan(text.length / 4 + 2)
      })
    }
  }
})

describe("chunks of Markdown", () => {
  test("know the headings above, without their signs", () => {
    const text =
      "# A *book* #\n\nFirst.\n\nTwo\n---\n\nSecond.\n\n### [Deep](x) `code`\nThird.\n\n# B\nLast."
    expect([...chunksOf(text, standard)].map(({ headingPath }) => headingPath)).toEqual([
      ["A book"],
      ["A book", "Two"],
      ["A book", "Two", "Deep code"],
      ["B"],
    ])
  })

  test("join headings with the text below", () => {
    expect(contents("# A\n\n## B\n\nText.\n\n## C\n\nMore.")).toEqual([
      "# A\n\n## B\n\nText.",
      "## C\n\nMore.",
    ])
    const long = `# A\n\n${"word ".repeat(300)}end.`
    expect(contents(long)[0]).toStartWith("# A\n\nword")
  })

  test("take a # in fenced code for no heading", () => {
    const text = "# A\n\n```sh\n# not a heading\n\nls\n```\n\nText."
    expect([...chunksOf(text, standard)].map(({ headingPath }) => headingPath)).toEqual([["A"]])
  })

  test("keep a block of code whole if it fits", () => {
    const code = `\`\`\`\n${"line of code\n".repeat(20)}\`\`\``
    const chunks = contents(`${"Some words here. ".repeat(20)}\n\n${code}\n\nText.`, { size: 400 })
    expect(chunks.some((chunk) => chunk.includes(code))).toBe(true)
  })

  test("merge small paragraphs of one section, and none of two", () => {
    expect(contents("# A\n\nOne.\n\nTwo.\n\nThree.\n\n# B\n\nFour.")).toEqual([
      "# A\n\nOne.\n\nTwo.\n\nThree.",
      "# B\n\nFour.",
    ])
  })

  test("overlap by whole sentences, never across a heading", () => {
    const sentences = Array.from({ length: 40 }, (_, i) => `Sentence number ${i} is here.`).join(
      " ",
    )
    const chunks = contents(`${sentences}\n\n# Next\n\n${sentences}`, { size: 300, overlap: 80 })
    for (const chunk of chunks) expect(chunk).toMatch(/^(Sentence|# Next)[\s\S]*\.$/)
    const next = chunks.findIndex((chunk) => chunk.startsWith("# Next"))
    expect(chunks[0]).toContain(chunks[1]!.slice(0, chunks[1]!.indexOf(".") + 1))
    expect(chunks[next]).not.toContain("Sentence number 39")
  })

  test("end sentences at full stops but not at abbreviations", () => {
    const text = "Dr. Who met Mr. Smith, e.g. at noon. They left. Version 1.5 came."
    expect(contents(text, { type: "text", size: 40, overlap: 0 })).toEqual([
      "Dr. Who met Mr. Smith, e.g. at noon.",
      "They left. Version 1.5 came.",
    ])
  })

  test("take a table or list below which a line is drawn for no heading", () => {
    expect([...chunksOf("- item\n---\n\nText.", standard)][0]?.headingPath).toEqual([])
    expect([...chunksOf("---\ntitle: x\n---\n\nText.", standard)][0]?.headingPath).toEqual([])
  })
})

test("chunks of code begin at declarations and keep indentation", () => {
  const part = (name: string) => `function ${name}() {\n${"  work()\n\n".repeat(10)}}`
  const chunks = contents([part("a"), part("b"), part("c")].join("\n\n"), {
    type: "code",
    size: 170,
  })
  for (const name of ["a", "b", "c"]) expect(chunks).toContain(part(name))
})
