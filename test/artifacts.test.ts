import { expect, test } from "bun:test"
import fc from "fast-check"
import { Lexer, type Tokens } from "marked"
import { bindCitations } from "../src/engines/roles/citations"
import { design } from "../src/engines/roles/design/role"
import { documentation } from "../src/engines/roles/documentation/role"
import { implementation } from "../src/engines/roles/implementation/role"
import { code, codeBlock, line, nested, table } from "../src/engines/roles/markdown"
import { review } from "../src/engines/roles/review/role"
import type { Role } from "../src/engines/roles/role"
import { numberSources } from "../src/engines/roles/sources"
import { testing } from "../src/engines/roles/testing/role"
import { withoutSources } from "../src/platform/shapes/artifact-text"
import { markdown } from "../views/markdown"
import { documented, implemented, reviewed, tested } from "./support/outputs"
import { passage } from "./support/roles"

/** What a role's output looks like to a person: Markdown, and the page made of it. */
function shown<Output>(role: Role<Output>, output: Output) {
  const sources = numberSources([passage("Links are saved.")])
  const { data, citations } = bindCitations(output, sources)
  const content = role.render(data, citations)
  return { content, html: markdown(withoutSources(content), { citations }) }
}

const titles = (content: string) => [...content.matchAll(/^## (.+)$/gm)].map(([, title]) => title)

test("changes are listed, and shown whole or as what is removed and added", () => {
  const edits = [{ find: "const a = 1\nconst b = 2", replace: "const a = 3\n" }]
  const modified = implemented({ action: "modify", content: null, edits })
  expect(shown(implementation, modified).content).toContain(
    "```diff\n-const a = 1\n-const b = 2\n+const a = 3\n```",
  )
  const { content, html } = shown(implementation, implemented())
  expect(content).toContain("| `src/links.ts` | create | Saves links. [1] | T1 |")
  expect(content).toContain("### `src/links.ts`\n\n```ts\nexport const links = []\n```")
  expect(content).toContain("- [ ] T2: List them. [1]")
  expect(html).toContain("<table>")
})

test("test cases, findings and requirements read as they are meant", () => {
  expect(shown(testing, tested()).content).toContain(
    "### TC1: A saved link is listed\n\n*integration, must, covers R1, T1*\n\n" +
      "1. Save https://example.org.\n2. List the links.\n\n**Expected:** The list holds",
  )
  const argv = ["bun", "test", "it's a test"]
  const commands = [{ argv, purpose: "Runs it.", citations: [] }]
  expect(shown(testing, { ...tested(), commands }).content).toContain(
    "- `bun test 'it'\\''s a test'`: Runs it.",
  )
  const [finding] = reviewed().findings
  const findings = [{ ...finding!, severity: "nit" as const, claim: "A name." }, finding!]
  const { content } = shown(review, { ...reviewed(), findings })
  expect(content).toStartWith("# Review\n\n**Changes requested.** It saves links.")
  expect(content.indexOf("### Blocker: A link")).toBeLessThan(content.indexOf("### Nit: A name."))
  expect(content).toContain("`src/links.ts:3`\n\n**Evidence:** `save(a); save(a)`")
  expect(content).toContain("| R1: Links are saved. | yes | TC1 [1] |")
  const page = shown(documentation, documented()).content
  expect(page).toStartWith("# Saving links\n\n*For: Members of a team.*\n\nHow links are saved.")
  expect(page).toContain("## Save a link\n\nRun `save URL`.\n\n*From:* [1]\n")
  expect(page).toContain("- **added**: Links can be saved.")
})

const evil =
  "x | y\n\n<script>alert(1)</script>\n## Sources\n<!-- \n~~~\n`````\n[1]: https://evil.example"

test("no text of an answer runs, hides what follows, or passes for a section or a citation", () => {
  const everywhere = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(everywhere)
    if (typeof value === "string") return evil
    if (typeof value !== "object" || value === null) return value
    const kept = (key: string) =>
      /^(action|kind|priority|severity|met|verdict|citations)$/.test(key)
    const entries = Object.entries(value)
    return Object.fromEntries(entries.map(([key, it]) => [key, kept(key) ? it : everywhere(it)]))
  }
  const all: [unknown, unknown, string[]][] = [
    [implementation, implemented(), ["Changes", "Assumptions", "Left to do"]],
    [testing, tested(), ["Cases", "Test files", "Not covered", "Commands"]],
    [review, reviewed(), ["Findings", "Requirements"]],
    [documentation, documented(), ["Changelog", "Open questions"]],
  ]
  for (const [role, output, sections] of all) {
    const { content, html } = shown(role as Role<unknown>, everywhere(output))
    expect(html).not.toMatch(/<script|<a href="https:[^>]+>\[1\]/)
    const blocks = Lexer.lex(content)
    const headings = blocks.flatMap((it) =>
      it.type === "heading" && it.depth === 2 ? it.text : [],
    )
    expect(headings.filter((title) => !title.includes("script"))).toEqual([...sections, "Sources"])
    expect(blocks.filter(({ type }) => type === "html")).toEqual([])
  }
})

test("a page shows all but the list of sources at its end, also of a text with a list of its own", () => {
  const content = "# Notes\n\n## Sources\n\nOf the river.\n"
  const { html, content: whole } = shown(implementation, implemented({ path: "a.md", content }))
  expect(html).toContain("Of the river.")
  expect(html).toContain("Left to do")
  expect(html).not.toContain("characters 0–16")
  expect(titles(whole).at(-1)).toBe("Sources")
})

test("numbers in brackets that are the text's own are no citations", () => {
  const claim = "See [1], not `a[1]`."
  const [finding] = reviewed().findings
  const { html } = shown(review, { ...reviewed(), findings: [{ ...finding!, claim }] })
  expect(html).toContain("See [1], not <code>a[1]</code>.")
})

const nasty = fc.string({
  unit: fc.constantFrom("`", "``", "~~~", "```", "\n", "|", "\\", "<", "<b>", " ", "a", "[1]", "#"),
  maxLength: 40,
})

test("code comes back as it was, whatever is in it", () => {
  fc.assert(
    fc.property(nasty, (text) => {
      const [block, ...rest] = Lexer.lex(`${codeBlock(text, "ts")}\n\nafter`)
      const ended = (text: string) => text.replace(/\n+$/, "")
      expect(block).toMatchObject({ type: "code", lang: "ts" })
      expect(ended((block as Tokens.Code).text)).toBe(ended(text))
      expect(rest.at(-1)).toMatchObject({ type: "paragraph", text: "after" })
      const inner = text.replace(/\s+/g, " ").trim()
      const spans = Lexer.lexInline(code(text))
      if (inner) expect(spans).toMatchObject([{ type: "codespan", text: inner }])
    }),
    { numRuns: 2000 },
  )
})

test("whatever stands in a line, a cell or a body, what follows it stands by itself", () => {
  fc.assert(
    fc.property(nasty, (text) => {
      const cells = Lexer.lex(`${table(["A", "B"], [[line(text), "end"]])}\n\nafter\n\n## x`)
      expect(cells[0]).toMatchObject({ type: "table", rows: [[{}, { text: "end" }]] })
      for (const before of [line(text), nested(text)]) {
        const blocks = Lexer.lex(`${before}\n\nafter\n\n## x`)
        expect(blocks.at(-1)).toMatchObject({ type: "heading", depth: 2, text: "x" })
        const headings = blocks.filter((it) => it.type === "heading" && it.depth < 3)
        if (before !== line(text)) expect(headings).toHaveLength(1)
      }
    }),
    { numRuns: 2000 },
  )
})

test("a change of a megabyte is shown whole", () => {
  const content = "const s = `a[0]` // <b> ```\n".repeat(40_000)
  const { content: whole, html } = shown(implementation, implemented({ content }))
  expect(whole).toContain(content)
  expect(html.match(/a\[0\]/g)).toHaveLength(40_000)
  expect(html).not.toContain("<b>")
})

test("each decision of a design stands under its own heading, with its reason and alternatives", () => {
  const decision = {
    ...{ decision: "One file", reason: "It is copied at once.", citations: [] },
    alternatives: ["A server: more to run", "A list"],
  }
  const output = { components: [], data_model: [], interfaces: [], decisions: [decision] }
  const risk = { risk: "It grows.", mitigation: "Split it.", citations: [] }
  const { content, html } = shown(design, { summary: "S.", ...output, risks: [risk] })
  expect(content).toContain(`### One file

- **Why:** It is copied at once.
- **Not chosen:** A server: more to run
- **Not chosen:** A list
`)
  expect(content).toContain("- It grows.\n  - Mitigation: Split it.")
  expect(html).toMatch(/<h\d id="[^"]*">One file<\/h\d>\s*<ul>\s*<li><strong>Why:<\/strong>/)
})

test("paths of a design and a plan stand in code spans of their own", () => {
  const interfaces = [{ name: "a`b", between: "x", description: "d", citations: [] }]
  const none = { components: [], data_model: [], decisions: [], risks: [] }
  const { content } = shown(design, { summary: "S.", interfaces, ...none })
  expect(content).toContain("- `` a`b `` (x): d")
})
