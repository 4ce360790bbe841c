import { expect, test } from "bun:test"
import type { RunNode } from "../src/features/runs/schema"
import type { Citation } from "../src/platform/shapes/citation"
import type { WorkflowNode } from "../src/platform/shapes/workflow-node"
import { outline } from "../views/documents/outline"
import { renderedHtml } from "../views/documents/rendered"
import { sourceHtml } from "../views/documents/source"
import { formatBytes, formatCount, formatDuration, formatUsd } from "../views/format"
import { Layout } from "../views/layout"
import { markdown, markdownBlocks } from "../views/markdown"
import { excerpt } from "../views/search/excerpt"
import { Graph } from "../views/workflows/graph"
import { layoutGraph } from "../views/workflows/graph-layout"

const at = "2026-01-02T03:04:05.000Z"
const id = "0197b2c0-0000-7000-8000-000000000001"

const citation: Citation = {
  number: 1,
  document_id: id,
  document_name: 'a "quoted" <name>.md',
  document_version: 2,
  chunk_index: 0,
  start: 4,
  end: 9,
  page: null,
  heading_path: ["Top"],
  quote: "words",
}

function node(id: string, dependencies: string[] = []): WorkflowNode {
  return { id, name: `Step <${id}>`, type: "agent", agent: "design", dependencies }
}

test("untrusted Markdown runs nothing and loads nothing", () => {
  const source =
    "<script>alert(1)</script> <b onclick='x()'>b</b> [x](javascript:alert(1)) " +
    "![p](https://example.org/p.png) [y](data:text/html,x) [z](//example.org)"
  const html = markdown(source)
  expect(html).not.toMatch(/<(script|b|img)\b/)
  expect(html).not.toMatch(/href="(javascript|data):|href="\/\//)
  expect(html).toContain("&lt;script&gt;")
})

test("a citation links to its passage; a number without a passage stays text", () => {
  const html = markdown("Known [1], unknown [2], `code [1]`.", { citations: [citation] })
  expect(html).toContain(`href="/documents/${id}?start=4&amp;end=9&amp;version=2#passage"`)
  expect(html.match(/class="citation"/g)).toHaveLength(1)
  expect(html).toContain("unknown [2]")
  expect(html).not.toContain("<name>")
  const more = [citation, { ...citation, number: 2 }]
  const chained = markdown("Both [1][2]; [1][ref] and [1](https://example.org) are no citations.", {
    citations: more,
  })
  expect(chained.match(/class="citation"/g)).toHaveLength(2)
})

test("headings are lowered below the page's own and have unique ids", () => {
  const html = markdown("# One\n\n# One", { prefix: "plan", shift: 2 })
  expect(html).toContain('<h3 id="plan-one">One</h3>')
  expect(html).toContain('<h3 id="plan-one-1">One</h3>')
})

const levels = Array.from({ length: 400 }, (_, level) => `${"  ".repeat(level)}- item ${level}.`)
const nested: [string, string, string[]][] = [
  ["quotes", `${"> ".repeat(10_000)}one\n> two`, ["one", "two"]],
  ["lists", levels.join("\n"), levels.map((_, level) => `item ${level}.`)],
  ["lists on one line", `${"- ".repeat(10_000)}one\n- two`, ["one", "two"]],
  ["numbered lists", `${"1. ".repeat(5000)}one\n2. two`, ["one", "two"]],
  ["quotes and lists", `${"> - ".repeat(5000)}one\n\ntwo`, ["one", "two"]],
  ["emphasis", `${"*".repeat(3001)}one${"*".repeat(3001)} two`, ["one", "two"]],
]

test.each(nested)("limits nested %s to twelve levels without losing words", (...given) => {
  const [, source, words] = given
  const blocks = markdownBlocks(source)
  const html = blocks.map((block) => block.html).join("")
  let depth = 0
  let deepest = 0
  for (const [tag] of html.matchAll(/<\/?(blockquote|ul|ol|em|strong)\b/g)) {
    depth += tag.startsWith("</") ? -1 : 1
    deepest = Math.max(deepest, depth)
  }
  expect(deepest).toBeLessThanOrEqual(12)
  const text = html.replaceAll(/<[^>]*>/g, "")
  for (const word of words) expect(text).toContain(word)
  expect(blocks.at(-1)?.end, "the blocks cover the source").toBe(source.length)
})

test("the deepest quote and list hold a line or item for each nested one", () => {
  const mark = "- ".repeat(11)
  const list = markdown(`${mark}a\n${" ".repeat(22)}- b\n${" ".repeat(24)}- c\n${" ".repeat(26)}d`)
  expect(list).toContain("<li>a<ul>\n<li>b</li>\n<li>c\nd</li>\n</ul>")
  const quote = markdown(`${"> ".repeat(12)}a\n${"> ".repeat(14)}b *c*\n${"> ".repeat(12)}d`)
  expect(quote).toContain("<blockquote>\n<p>a<br />b <em>c</em><br />d</p>\n</blockquote>")
})

const shown = { name: "a.md", start: 0, anchors: [], pageStarts: [] }

test("marks exactly the requested span in a document", () => {
  const text = "\n🦜 a <b> & c\nend"
  const html = sourceHtml({ ...shown, text, passage: { start: 4, end: 9 } })
  expect(html).toBe("\n🦜 " + '<mark id="passage">a &lt;b&gt;</mark> &amp; c\nend')
  const part = sourceHtml({
    ...shown,
    text: text.slice(8),
    start: 8,
    passage: { start: 4, end: 9 },
  })
  expect(part).toBe("<mark>&gt;</mark> &amp; c\nend")
})

test("a mark across highlighted code and pages leaves every element closed", () => {
  const text = "let a\nlet b"
  const html = sourceHtml(
    { ...shown, text, passage: { start: 2, end: 8 }, anchors: [6], pageStarts: [0, 6] },
    '<span class="k">let</span> a\n<span class="k">let</span> b',
  )
  const head = (page: number) => `<h2 class="page-mark" id="page-${page}">Page ${page}</h2>`
  expect(html).toBe(
    `${head(1)}<span class="k">le</span><mark id="passage"><span class="k">t</span> a\n</mark>` +
      `<span id="at-6"></span>${head(2)}<mark><span class="k">le</span></mark>` +
      '<span class="k">t</span> b',
  )
})

test("marks the blocks of rendered Markdown that overlap the passage", () => {
  const text = "# A\r\n\r\nOne <b>.\r\n\r\nTwo."
  const html = renderedHtml({ ...shown, text, passage: { start: 7, end: 12 }, anchors: [0] })
  expect(html).toBe(
    '<h2 id="text-a"><span id="at-0"></span>A</h2>\n' +
      '<div class="cited" id="passage"><p>One &lt;b&gt;.</p>\n</div><p>Two.</p>\n',
  )
})

test.each([
  ["guide/a b.md", "../b%20c.md#x", "/documents/named?name=b+c.md"],
  ["guide/a.md", "b.md", "/documents/named?name=guide%2Fb.md"],
  ["a.md", "../../etc/passwd", "/documents/named?name=etc%2Fpasswd"],
  ["a.md", "#What is this?", "#text-what-is-this"],
  ["a.md", "https://example.org/b.md", "https://example.org/b.md"],
  ["a.md", "/settings", "/settings"],
  ["a.md", "%zz", "/documents/named?name=%25zz"],
])("a link in %s to %s leads to %s", (name, href, to) => {
  const html = renderedHtml({ ...shown, name, text: `[b](<${href}>)` })
  expect(html).toBe(`<p><a href="${to}" rel="noopener noreferrer">b</a></p>\n`)
})

test.each(["javascript:alert(1)", "//evil.example/", "\\\\\\\\evil.example/", "data:text/html,x"])(
  "a link to %s leads nowhere",
  (href) => {
    const html = renderedHtml({ ...shown, text: `[b](<${href}>)` })
    expect(html).toBe('<p><a rel="noopener noreferrer">b</a></p>\n')
  },
)

test("an excerpt starts near the first match and marks all its forms", () => {
  const parts = excerpt(`${"before ".repeat(100)}networks and edits`, "network")
  expect(parts.filter(({ hit }) => hit)).toEqual([{ text: "networks", hit: true }])
  expect(parts.map(({ text }) => text).join("").length).toBeLessThan(380)
  expect(excerpt("a (b) [c", "( [ *")).toEqual([{ text: "a (b) [c", hit: false }])
})

test("an outline has each heading once, at the start of its text", () => {
  const found = outline([
    { start: 0, headingPath: ["A"] },
    { start: 9, headingPath: ["A", "B"] },
    { start: 20, headingPath: ["C", "B"] },
  ])
  expect(found.map(({ title, level, start }) => [title, level, start])).toEqual([
    ["A", 1, 0],
    ["B", 2, 9],
    ["C", 1, 20],
    ["B", 2, 20],
  ])
})

test("a graph puts each step to the right of its dependencies, without overlaps", () => {
  const nodes = Array.from({ length: 30 }, (_, index) =>
    node(`n${index}`, index < 3 ? [] : [`n${index - 3}`, `n${index - 2}`]),
  )
  const { nodes: placed, nodeWidth, edges } = layoutGraph(nodes)
  const x = new Map(placed.map((each) => [each.node.id, each.x]))
  for (const { from, to } of edges) expect(x.get(to)).toBeGreaterThan(x.get(from) ?? 0)
  expect(edges).toHaveLength(54)
  for (const a of placed)
    for (const b of placed)
      if (a !== b) expect(Math.abs(a.x - b.x) >= nodeWidth || Math.abs(a.y - b.y) >= 52).toBe(true)
})

test("a graph describes the state of each step in words and escapes names", async () => {
  const done = { status: "completed", progress: 1, started_at: at, completed_at: at } as RunNode
  const html = await Graph({ nodes: [node("a"), node("b", ["a"])], state: { a: done } })
  expect(html).toContain("Step <a> (done); Step <b> after Step <a>.")
  expect(html).toContain(">Step &lt;a&gt;<")
})

test("no page contains what its content security policy forbids", async () => {
  const assets = { css: "/static/app.css", js: "/static/app.js" }
  const html = await Layout({ title: "<T>", version: "1", assets, children: "" })
  expect(html.startsWith("<!doctype html>")).toBe(true)
  expect(html).toContain("<title>&lt;T&gt; · Amelia</title>")
  expect(html).not.toMatch(/<style|\sstyle=|<script(?![^>]*\ssrc="\/static\/)|\son\w+=|hx-on/)
})

test("formats numbers readably, and never shows an unknown cost as a number", () => {
  expect([formatUsd(null), formatUsd(0), formatUsd(0.0042), formatUsd(1.234)]).toEqual([
    "unknown",
    "$0.00",
    "$0.0042",
    "$1.23",
  ])
  expect([formatBytes(0), formatBytes(1536), formatBytes(1 << 30)]).toEqual([
    "0 B",
    "1.5 KB",
    "1.0 GB",
  ])
  expect([formatDuration(850), formatDuration(12_400), formatDuration(125_000)]).toEqual([
    "850 ms",
    "12.4 s",
    "2 min 5 s",
  ])
  expect([formatCount(950), formatCount(12_400), formatCount(3_200_000)]).toEqual([
    "950",
    "12.4k",
    "3.2M",
  ])
})
