import { expect, test } from "bun:test"
import { join } from "node:path"
import { start } from "./support/amelia"
import { freshHome } from "./support/database"

/** Runs a command and returns what it printed. */
async function amelia(args: string[], options: { home: string }): Promise<string> {
  const child = start(args, options)
  const out = new Response(child.stdout).text()
  expect(await child.exited).toBe(0)
  return await out
}

test("search explains results and supports operators, and ask cites its source", async () => {
  await using home = await freshHome()
  const path = join(home.home, "notes.md")
  await Bun.write(path, "# Sessions\n\n## Timeout\n\nA session ends after 30 minutes of rest.\n")
  await amelia(["ingest", path], home)

  const args = ["search", '"a session ends" -cookie', "--mode", "lexical", "--explain"]
  const found = await amelia(args, home)
  expect(found).toMatch(/^1\. notes\.md, Sessions > Timeout.*\n.*\n {3}score \d+\.\d\d: \w+ \d/)

  const answer = await amelia(["ask", "When does a session end?"], home)
  expect(answer).toMatch(/no language model was used[\s\S]*30 minutes of rest\. \[1\]/)
})
