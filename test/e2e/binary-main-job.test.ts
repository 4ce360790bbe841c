import { expect, test } from "bun:test"
import { readdir } from "node:fs/promises"
import { join } from "node:path"
import type { Artifact } from "../../src/features/runs/schema"
import { anthropicPeer } from "../support/anthropic-peer"
import { testBinary } from "../support/binary"
import { noModels } from "../support/process"

const root = join(import.meta.dir, "../..")
const readme = join(root, "README.md")
const preset = "discovery_design_planning"

/** Runs the main job with the binary in an empty directory and an empty environment. */
async function mainJob(env: Record<string, string>) {
  await using binary = await testBinary()
  const cwd = binary.directory
  const args = ["run", preset, "What should be built?", "--doc", readme, "--out", "plan"]
  const child = Bun.spawn([binary.path, ...args], {
    cwd,
    env: { HOME: cwd, ...noModels, ...env },
    stdout: "pipe",
    stderr: "pipe",
  })
  const [out, err] = await Promise.all(
    [child.stdout, child.stderr].map((stream) => new Response(stream).text()),
  )
  expect({ code: await child.exited, err }).toMatchObject({ code: 0 })
  const names = (await readdir(join(cwd, "plan"))).sort()
  const read = (name: string) => Bun.file(join(cwd, "plan", name)).json()
  const artifacts: Artifact[] = await Promise.all(
    names.filter((name) => name.endsWith(".json")).map(read),
  )
  return { out, err, names, artifacts }
}

async function expectExactCitations(artifacts: Artifact[]): Promise<void> {
  const text = await Bun.file(readme).text()
  expect(artifacts.map(({ node }) => node)).toEqual(["discovery", "design", "planning"])
  for (const { citations } of artifacts) {
    expect(citations.length).toBeGreaterThan(0)
    for (const { start, end, quote } of citations) expect(text.slice(start, end)).toBe(quote)
  }
}

test("the binary alone makes a cited plan without a key, and says that no model was used", async () => {
  const { out, err, names, artifacts } = await mainJob({})
  expect(names).toEqual([
    ...["1-discovery.json", "1-discovery.md", "2-design.json", "2-design.md"],
    ...["3-planning.json", "3-planning.md"],
  ])
  expect(err).toContain("no language model was used")
  expect(out).toContain("no language model was used")
  await expectExactCitations(artifacts)
})

test("the binary alone makes a plan with a model over the real protocol", async () => {
  await using peer = await anthropicPeer()
  const env = { ANTHROPIC_API_KEY: "sk-ant-test-0001", ANTHROPIC_BASE_URL: peer.url }
  const { err, artifacts } = await mainJob(env)
  expect(err).not.toContain("no language model was used")
  expect(peer.requests).toHaveLength(3)
  await expectExactCitations(artifacts)
})
