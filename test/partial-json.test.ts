import { expect, test } from "bun:test"
import { outlineOf } from "../src/platform/shapes/partial-json"

const answer = {
  summary: 'A "list"\nof links',
  features: [{ name: "Save a_link", must_have: true, sources: [1, 2] }, { name: "Share" }],
  open_questions: [],
}

const outline = `summary: A "list"
of links
features:
  - name: Save a_link
    must have: true
    sources:
      - 1
      - 2
  - name: Share
open questions:`

test("JSON that is still written reads as an outline, wherever it breaks off", () => {
  for (const json of [JSON.stringify(answer), JSON.stringify(answer, null, 2)]) {
    expect(outlineOf(json)).toBe(outline)
    expect(outlineOf(`\`\`\`json\n${json}`)).toBe(outline)
    for (let end = 1; end < json.length; end++) {
      const [, ...last] = outlineOf(json.slice(0, end)).split("\n").reverse()
      expect(outline).toContain(last.reverse().join("\n"))
    }
  }
})

test("any other text stays as it is, and hostile JSON takes no long time", () => {
  for (const text of ["", "# Plan [1]\n\n{}", "Said: [1]"]) expect(outlineOf(text)).toBe(text)
  expect(outlineOf(`["${"\\\\".repeat(100_000)}`)).toHaveLength(100_002)
  expect(outlineOf("[1,".repeat(20_000)).length).toBeLessThan(1_000_000)
})
