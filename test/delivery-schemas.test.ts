import { expect, test } from "bun:test"
import { schemaOf } from "../src/engines/models/structured"
import { documentationOutput } from "../src/engines/roles/documentation/output"
import { documentation } from "../src/engines/roles/documentation/role"
import { implementationOutput } from "../src/engines/roles/implementation/output"
import { implementation } from "../src/engines/roles/implementation/role"
import { reviewOutput } from "../src/engines/roles/review/output"
import { review } from "../src/engines/roles/review/role"
import type { Role } from "../src/engines/roles/role"
import { testingOutput } from "../src/engines/roles/testing/output"
import { testing } from "../src/engines/roles/testing/role"
import { anthropicPeer, inTurn } from "./support/anthropic-peer"
import { change, documented, implemented, reviewed, tested } from "./support/outputs"
import { askPeer, passage } from "./support/roles"

/** Returns a schema's first error for a value, or undefined. */
function refusal(schema: Role<unknown>["schema"], value: unknown): string | undefined {
  return schema.safeParse(value).error?.issues[0]?.message
}

test("each role accepts a good answer and keeps all of it", () => {
  expect(implementationOutput.parse(implemented())).toEqual(implemented())
  expect(testingOutput.parse(tested())).toEqual(tested())
  expect(reviewOutput.parse(reviewed())).toEqual(reviewed())
  expect(documentationOutput.parse(documented())).toEqual(documented())
})

test.each([
  ["/etc/passwd", /not relative/],
  ["C:\\x.ts", /not relative/],
  ["~/x.ts", /not relative/],
  ["\\\\host\\x", /not relative/],
  ["src/../../x.ts", /leads upwards/],
  ["..", /leads upwards/],
  ["src\\..\\x.ts", /is no path/],
  ["src/\0x.ts", /is no path/],
  ["./x.ts", /names no file plainly/],
  ["src//x.ts", /names no file plainly/],
  ["src/", /names no file plainly/],
  [".git/hooks/pre-commit", /belongs to git/],
  ["sub/.GIT/config", /belongs to git/],
  [" ", /Give the path/],
])("a change or finding can't have the path %j", (path, sentence) => {
  expect(refusal(implementationOutput, implemented({ path }))).toMatch(sentence)
  const files = [change({ path })]
  expect(refusal(testingOutput, { ...tested(), files })).toMatch(sentence)
  const [finding] = reviewed().findings
  const findings = [{ ...finding, path }]
  expect(refusal(reviewOutput, { ...reviewed(), findings })).toMatch(sentence)
})

test("unusual but valid paths are accepted", () => {
  for (const path of ["a b.txt", ".github/ci.yml", "src/..a/b...ts", ".gitignore", "ü/日本.md"]) {
    expect(refusal(implementationOutput, implemented({ path }))).toBeUndefined()
  }
})

const edit = { find: "a", replace: "b" }
test.each<[string, object, RegExp]>([
  ["a new file without content", { content: null }, /give the whole file/],
  ["a new file with edits", { edits: [edit] }, /Only a modified file has edits/],
  ["a modified file without edits", { action: "modify", content: null }, /give its edits/],
  ["a modified file with content", { action: "modify", edits: [edit] }, /Only a created file/],
  ["a deleted file with content", { action: "delete" }, /Only a created file/],
  [
    "an edit that finds nothing",
    { action: "modify", content: null, edits: [{ ...edit, find: "" }] },
    /the text to find/,
  ],
])("%s is rejected with what to do", (_, more, sentence) => {
  expect(refusal(implementationOutput, implemented(more))).toMatch(sentence)
})

test("a new file may be empty, an edit may delete text, and a file has only one change", () => {
  expect(refusal(implementationOutput, implemented({ content: "" }))).toBeUndefined()
  const removal = { action: "modify", content: null, edits: [{ find: "a", replace: "" }] }
  expect(refusal(implementationOutput, implemented(removal))).toBeUndefined()
  const twice = { ...implemented(), changes: [change(), change()] }
  expect(refusal(implementationOutput, twice)).toContain("src/links.ts is changed twice")
})

test("test cases have unique ids, and commands need no shell", () => {
  const { cases } = tested()
  const twice = { ...tested(), cases: [...cases, ...cases] }
  expect(refusal(testingOutput, twice)).toContain("TC1 is used twice")
  const run = (...argv: string[]) => {
    const commands = [{ argv, purpose: "P.", citations: [] }]
    return refusal(testingOutput, { ...tested(), commands })
  }
  expect(run()).toContain("Name the program first")
  expect(run("bun test && rm -r x")).toContain("No shell reads")
  expect(run("bun", "test", "a b")).toBeUndefined()
})

test("a verdict agrees with its findings and coverage", () => {
  const [finding] = reviewed().findings
  const [entry] = reviewed().coverage
  const judge = (verdict: string, severity: string | null, met: string) =>
    refusal(reviewOutput, {
      ...{ ...reviewed(), verdict },
      findings: severity ? [{ ...finding, severity }] : [],
      coverage: [{ ...entry, met }],
    })
  expect(judge("approve", "blocker", "yes")).toContain("is a blocker: request changes")
  expect(judge("approve", "nit", "no")).toContain("is not met: request changes")
  expect(judge("request_changes", null, "yes")).toContain("says none")
  expect(judge("approve", "major", "partly")).toBeUndefined()
  expect(judge("request_changes", null, "unknown")).toBeUndefined()
  expect(judge("request_changes", "nit", "yes")).toBeUndefined()
})

test("a finding needs evidence, and a line needs a file", () => {
  const [finding] = reviewed().findings
  const find = (more: object) =>
    refusal(reviewOutput, { ...reviewed(), findings: [{ ...finding, ...more }] })
  expect(find({ evidence: " " })).toContain("Say what shows it")
  expect(find({ path: null })).toContain("needs the path")
  expect(find({ line: 0 })).toContain("counted from 1")
  expect(find({ path: null, line: null })).toBeUndefined()
})

const roles = { implementation, testing, review, documentation }

test("strict providers support every schema", () => {
  const plain = /^(type|properties|required|additionalProperties|items|enum|anyOf|description)$/
  const check = (schema: Record<string, unknown>, path: string) => {
    const odd = Object.keys(schema).filter(
      (key) => !plain.test(key) && !/^(\$schema|m..imum)$/.test(key),
    )
    expect({ path, odd }).toEqual({ path, odd: [] })
    if (schema.type === "object") {
      expect(schema).toMatchObject({ additionalProperties: false })
      expect(schema.required).toEqual(Object.keys(schema.properties as object))
    }
    const inner = [...Object.entries((schema.properties ?? {}) as object)]
    for (const [key, it] of inner) check(it, `${path}.${key}`)
    for (const it of [schema.items, ...((schema.anyOf as []) ?? [])])
      if (it) check(it as never, path)
  }
  for (const [type, { schema }] of Object.entries(roles)) {
    check(schemaOf({ name: type, schema }), type)
  }
})

test.each<[keyof typeof roles, object, object, string]>([
  ["implementation", implemented({ path: "../x" }), implemented(), "changes.0.path: "],
  ["testing", { ...tested(), strategy: 1 }, tested(), "strategy: "],
  ["review", { ...reviewed(), verdict: "approve" }, reviewed(), "verdict: It approves"],
  ["documentation", { ...documented(), sections: {} }, documented(), "sections: "],
])(
  "an answer of %s that its schema rejects is repaired once",
  async (type, wrong, right, where) => {
    const role = roles[type] as Role<unknown>
    const answer = inTurn(JSON.stringify(wrong), JSON.stringify(right))
    await using peer = await anthropicPeer({ answer })
    const { data } = await askPeer(role, peer, { passages: [passage("Links are saved.")] })
    expect(peer.requests).toHaveLength(2)
    expect(peer.requests[1]!.messages[2]!.content).toContain(`- ${where}`)
    expect(role.schema.safeParse(data).success).toBe(true)
  },
)
