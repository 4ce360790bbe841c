/**
 * `bun test/quality/answers.ts FOLDER` asks the questions of answers.json as `amelia ask` without a
 * model does, on the documents that it names, and writes answers.md: how many are answered by the
 * first excerpt, and how many that the documents don't answer are refused.
 */
import { readFile } from "node:fs/promises"
import { join } from "node:path"
import { z } from "zod"
import { questions as asked, PASSAGES } from "../../src/ways-in/cli/ask"
import { ensureWorkflow } from "../../src/ways-in/cli/run/target"
import { finished } from "../support/runs"
import { testServer } from "../support/server"

const setSchema = z.object({
  documents: z.array(z.object({ file: z.string(), source: z.string() })),
  /** `answer` matches the excerpt that answers. Without it the documents have no answer. */
  questions: z.array(z.object({ question: z.string(), answer: z.string().optional() })),
})

const folder = process.argv[2]
if (!folder)
  throw new Error("Name the folder with the documents: bun test/quality/answers.ts FOLDER")
const set = setSchema.parse(await Bun.file(join(import.meta.dir, "answers.json")).json())
const settings = { DEFAULT_MODEL: "offline", RATE_LIMIT_MESSAGES: "100000/minute" }
await using server = await testServer({ settings })
const { client } = server
for (const { file } of set.documents) {
  const content = new Blob([await readFile(join(folder, file))])
  await client.settleDocuments(await client.uploadDocuments([{ name: file, content }]))
}
const workflow = await ensureWorkflow(client, asked)
const rows: string[] = []
const counts = { first: 0, later: 0, falselyRefused: 0, refused: 0, invented: 0 }
for (const it of set.questions) rows.push(await rowOf(it))

const answerable = set.questions.filter(({ answer }) => answer).length
const others = set.questions.length - answerable
await Bun.write(
  join(import.meta.dir, "answers.md"),
  `# What \`amelia ask\` answers without a model

Made by \`bun test/quality/answers.ts\`: ${set.questions.length} questions over ${set.documents.length} documents.

Answered by the first excerpt: **${counts.first} of ${answerable}** (${counts.later} more by another one). Falsely refused: **${counts.falselyRefused}**.
Refused, because the documents have no answer: **${counts.refused} of ${others}**.

| question | result |
| --- | --- |
${rows.join("\n")}

${set.documents.map(({ file, source }) => `- \`${file}\`: ${source}`).join("\n")}
`,
)
console.log(counts)

async function rowOf({ question, answer }: (typeof set.questions)[number]): Promise<string> {
  const said = await ask(question)
  const excerpts = said.split("\n").filter((line) => line.startsWith("- "))
  const result = resultOf(excerpts, answer)
  if (process.argv[3] === "--show") console.log(`${result}\t${question}\t${excerpts.join(" ")}`)
  return `| ${question} | ${result} |`
}

function resultOf(excerpts: string[], answer: string | undefined): string {
  if (answer === undefined) {
    counts[excerpts.length ? "invented" : "refused"]++
    return excerpts.length ? "invented relevance" : "refused, rightly"
  }
  const at = excerpts.findIndex((excerpt) => new RegExp(answer, "i").test(excerpt))
  if (excerpts.length === 0) {
    counts.falselyRefused++
    return "refused, wrongly"
  }
  if (at === 0) counts.first++
  else if (at > 0) counts.later++
  return at === 0 ? "answered" : at > 0 ? `answered by excerpt ${at + 1}` : "not answered"
}

async function ask(query: string): Promise<string> {
  const run = await client.startWorkflow(workflow.id, { query, rag_top_k: PASSAGES })
  const { status } = await finished(client, run.id)
  if (status !== "completed") throw new Error(`${query}: the run is ${status}.`)
  const [artifact] = await client.listArtifacts(run.id)
  return artifact?.content ?? ""
}
