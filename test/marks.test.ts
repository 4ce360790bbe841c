import { expect, test } from "bun:test"
import { createMarkReader } from "../src/engines/roles/mark-reader"
import { numberSources } from "../src/engines/roles/sources"
import { passage } from "./support/roles"

// Marks in answers, while they are written. Every text is read whole, and in pieces of one
// character, which must come out the same.

const limits =
  "Exports must finish within 10 seconds. A session ends after 30 minutes.\n\n`args[2]` is the file."
const people = "Clara leads the office in Graz. Nobody may export without her."
const sources = numberSources([
  passage(limits),
  passage(people, 40, { document_id: "01900000-0000-7000-8000-000000000002", chunk_index: 3 }),
])

function read(answer: string, given = sources) {
  const whole = createMarkReader(given)
  const text = whole.write(answer) + whole.end()
  const slow = createMarkReader(given)
  const pieces = [...answer].map((piece) => slow.write(piece))
  expect(pieces.join("") + slow.end()).toBe(text)
  expect(slow.citations).toEqual(whole.citations)
  for (const { quote, start, end, document_id } of whole.citations) {
    const at = given.find(({ passage }) => passage.document_id === document_id)?.passage
    const offset = at?.start ?? 0
    expect(at?.content.slice(start - offset, end - offset)).toBe(quote)
  }
  const quotes = whole.citations.map(({ number, quote }) => [number, quote])
  return { text, quotes, removed: whole.removed.map(({ number, reason }) => `${number} ${reason}`) }
}

test("marks are numbered in order of use and cite the sentence that supports their claim", () => {
  const { text, quotes } = read(
    "In Graz, Clara is the head of the office [2]. You are logged out after half an hour, as a session lasts 30 minutes [1].",
  )
  expect(text).toContain("the office [1]. You")
  expect(text).toEndWith("30 minutes [2].")
  expect(quotes).toEqual([
    [1, "Clara leads the office in Graz."],
    [2, "A session ends after 30 minutes."],
  ])
})

const forms: [answer: string, shown: string][] = [
  ["Clara leads the office [2, 1].", "Clara leads the office [1][2]."],
  ["Clara leads the office [1-2].", "Clara leads the office [1][2]."],
  ["Clara leads the office [Source 2].", "Clara leads the office [1]."],
  ["Clara leads the office【2†source】.", "Clara leads the office[1]."],
  ["Clara leads the office [^2].", "Clara leads the office [1]."],
  ["Clara leads the office [ 2 ].", "Clara leads the office [1]."],
  ["Clara leads the office [docs: 2].", "Clara leads the office [1]."],
  ["Clara leads the office **[2]**.", "Clara leads the office **[1]**."],
  ["Clara leads the office [2].\n\n[2] spec.md\n", "Clara leads the office [1].\n\n[1] spec.md\n"],
  ["Clara leads the office [2].\n\n[2]: spec", "Clara leads the office [1].\n\n[1]: spec"],
  ["Clara leads the office[2].", "Clara leads the office[1]."],
  ["Clara leads the office ([2]).", "Clara leads the office ([1])."],
  ["Clara leads the office [2][2].", "Clara leads the office [1]."],
  [
    "- Clara leads the office in Graz. [2]\n- Why?",
    "- Clara leads the office in Graz. [1]\n- Why?",
  ],
]
test.each(forms)("%s cites", (answer, shown) => {
  expect(read(answer).text).toBe(shown)
})

const madeUp: [answer: string, shown: string][] = [
  ["It costs 9 € [7].", "It costs 9 €."],
  ["It costs 9 € ([7]).", "It costs 9 €."],
  ["It costs 9 €[7], they say.", "It costs 9 €, they say."],
  ["It costs 9 €【7:0†prices】.", "It costs 9 €."],
  ["It costs 9 €.\n\n[7]: a price list", "It costs 9 €.\n\n: a price list"],
  ["It costs 9 € [0].", "It costs 9 €."],
  ["Clara leads the office [7][2].", "Clara leads the office [1]."],
  ["Clara leads the office [2, 7].", "Clara leads the office [1]."],
]
test.each(madeUp)("%s: a number that was not given is left out", (answer, shown) => {
  const { text, removed } = read(answer)
  expect(text).toBe(shown)
  expect(removed).toEqual([expect.stringMatching(/^[70] not_given$/)])
})

const untouched = [
  "Call `list[7]` or ``a `b[7]` ``.",
  "```ts\nconst a = b[7]\n```\nDone.",
  "~~~\n[1]\n```\n[2]\n~~~\n",
  "> ```\n> x[7]\n> ```\n",
  "See [1](https://example.org) and [two](https://example.org).",
  "[1]: https://example.org",
  "Founded in [1998], [x], [ ] and [chapter 3] stay, as does [^note].",
  "An unclosed `span ends\nwith its line.",
  "An open fence:\n\n```\nx[7]",
]
test.each(untouched)("%j has no marks", (answer) => {
  expect(read(answer)).toEqual({ text: answer, quotes: [], removed: [] })
})

test("a subscript that a source has as well is no mark, and can't look like one", () => {
  expect(read("The file is args[2] of it.").text).toBe("The file is args\\[2] of it.")
})

test("a quotation is cited where it is, and left out if it is nowhere", () => {
  const right = read("It says “Nobody may export without her” [2].")
  expect(right.quotes).toEqual([[1, "Nobody may export without her"]])
  const mixedUp = read('It says "Nobody may export without her" [1].')
  expect(mixedUp.quotes).toEqual([[1, "Nobody may export without her"]])
  const invented = read('It says "Everybody may export without her" [2]. Really [2].')
  expect(invented.text).toBe('It says "Everybody may export without her". Really [1].')
  expect(invented.removed).toEqual(["2 not_in_source"])
  const block = read("> Nobody may export\n> without asking Clara first [2]\n")
  expect(block.removed).toEqual(["2 not_in_source"])
})

test("text is passed on at once, except for what may become a mark", () => {
  const reader = createMarkReader(sources)
  expect(reader.write("Clara leads")).toBe("Clara leads")
  expect(reader.write(" the office")).toBe(" the office")
  expect(reader.write(" [")).toBe("")
  expect(reader.write("2")).toBe("")
  expect(reader.write("]")).toBe("")
  expect(reader.write(".")).toBe(" [1].")
  expect(reader.citations).toHaveLength(1)
  expect(reader.write(" See [the docs")).toBe(" See [the docs")
})

test("sources that come while an answer is written can be cited", () => {
  const growing = sources.slice(0, 1)
  const reader = createMarkReader(growing)
  growing.push(...sources.slice(1))
  expect(reader.write("Clara leads the office [2].")).toBe("Clara leads the office [1].")
})

test("a long answer with hostile brackets is read in one pass", () => {
  const answer = `${"[".repeat(50_000)}${" ".repeat(50_000)}${"`[9 ".repeat(20_000)}${"(".repeat(50_000)}`
  const reader = createMarkReader(sources)
  const text = reader.write(answer) + reader.end()
  expect(text).toBe(answer)
})

test.each(["Clara leads", "the office [2]", "1. It ends", "```ts\nconst a", "b[1]\n``"])(
  "an answer that broke off after %j is read as if it hadn't",
  (begin) => {
    const answer =
      "Clara leads the office [2]. And:\n\n1. It ends after 30 minutes [1].\n\n```ts\nconst a = b[1]\n```\n\nNobody may export [2]."
    const whole = createMarkReader(sources)
    const text = whole.write(answer) + whole.end()
    const cut = answer.indexOf(begin) + begin.length
    const first = createMarkReader(sources)
    // What is held back is never shown, so the rest begins there.
    const shown = first.write(answer.slice(0, cut))
    const { citations, removed } = first
    const held = text.startsWith(shown) ? text.length - shown.length : 0
    const next = createMarkReader(sources, { text: shown, citations, removed })
    const rest = answer.slice(answer.length - held)
    expect(shown + next.write(rest) + next.end()).toBe(text)
    expect(next.citations).toEqual(whole.citations)
  },
)
