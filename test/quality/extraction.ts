/**
 * `bun test/quality/extraction.ts FOLDER` extracts from the documents that extraction.json names, as
 * an agent without a model does, and writes extraction.md: how much of what was found is real, by
 * hand judgements. They are kept as hashes, because the documents are others'. What nobody has
 * judged is printed, with its hash, and ends the program with 1.
 */
import { join } from "node:path"
import { z } from "zod"
import { convert } from "../../src/engines/convert/convert"
import { design } from "../../src/engines/roles/design/role"
import { discovery } from "../../src/engines/roles/discovery/role"
import { planning } from "../../src/engines/roles/planning/role"
import type { DocumentType } from "../../src/platform/shapes/document"
import { passagesOf } from "../support/passages"
import { askRules } from "../support/roles"

const judgements = z.object({
  documents: z.array(
    z.object({
      file: z.string(),
      what: z.string(),
      source: z.string(),
      sha256: z.string(),
      /** What the document has, counted by hand. */
      interfaces: z.number(),
      records: z.number(),
      /** Hashes of what is real, and of what is not. */
      real: z.array(z.string()),
      wrong: z.array(z.string()),
    }),
  ),
})
type Judged = z.infer<typeof judgements>["documents"][number]
type Item = { list: string; text: string; key: string }

const lists = ["feature", "requirement", "constraint", "task", "exclusion"] as const
const folder = process.argv[2]
if (!folder)
  throw new Error("Name the folder with the documents: bun test/quality/extraction.ts FOLDER")
const { documents } = judgements.parse(
  await Bun.file(join(import.meta.dir, "extraction.json")).json(),
)
const rows: string[] = []
const sums = new Map<string, { real: number; all: number }>()
let unjudged = 0
for (const judged of documents) rows.push(await rowOf(judged))

const share = ({ real, all }: { real: number; all: number }) =>
  all ? `${real}/${all} (${((100 * real) / all).toFixed(0)} %)` : "none"
const counted = [...sums].filter(([list]) => list !== "exclusion").map(([, sum]) => sum)
const total = {
  real: counted.reduce((sum, { real }) => sum + real, 0),
  all: counted.reduce((sum, { all }) => sum + all, 0),
}
await Bun.write(
  join(import.meta.dir, "extraction.md"),
  `# What extraction without a model finds in real documents

Made by \`bun test/quality/extraction.ts\`; judged by hand. Real: the document says it, and means it as
what the list calls it. A feature named after nothing in particular, a remark, a half sentence, or a
demand that is really a non-goal is not. Interfaces and records: found / in the document.

| document | features | requirements | constraints | tasks | out of scope | interfaces | records |
| --- | --- | --- | --- | --- | --- | --- | --- |
${rows.join("\n")}

All features, requirements, constraints and tasks: **${share(total)}** real. ${lists
    .map((list) => `${list}s: ${share(sums.get(list) ?? { real: 0, all: 0 })}`)
    .join(", ")}.

${documents.map(({ file, what, source }) => `- \`${file}\`: ${what}. ${source}`).join("\n")}
`,
)
if (unjudged) console.error(`${unjudged} statements are not judged yet.`)
process.exit(unjudged ? 1 : 0)

async function rowOf(judged: Judged): Promise<string> {
  const { file } = judged
  const bytes = await Bun.file(join(folder ?? "", file)).bytes()
  const hash = new Bun.CryptoHasher("sha256").update(bytes).digest("hex")
  if (hash !== judged.sha256) throw new Error(`${file} is another version: its SHA-256 is ${hash}.`)
  const { items, interfaces, records } = await extract(file, bytes)
  const cells = lists.map((list) => {
    const own = items.filter((item) => item.list === list)
    const real = own.filter(({ key }) => judged.real.includes(key))
    for (const { key, text } of own) {
      if (judged.real.includes(key) || judged.wrong.includes(key)) continue
      console.log(`${file} ${list} ${key} ${text}`)
      unjudged++
    }
    const sum = sums.get(list) ?? { real: 0, all: 0 }
    sums.set(list, { real: sum.real + real.length, all: sum.all + own.length })
    return `${real.length}/${own.length}`
  })
  const found = [`${interfaces}/${judged.interfaces}`, `${records}/${judged.records}`]
  return `| \`${file}\` | ${[...cells, ...found].join(" | ")} |`
}

async function extract(file: string, bytes: Uint8Array) {
  const types: Record<string, DocumentType> = {
    md: "markdown",
    txt: "text",
    pdf: "pdf",
    docx: "docx",
  }
  const type = types[file.split(".").at(-1) ?? ""] ?? "text"
  const { text } = await convert({ name: file, type, url: null, bytes }, () => {})
  const passages = passagesOf([{ name: file, text, type }])
  const found = (await askRules(discovery, { passages })).data
  const designed = (await askRules(design, { passages })).data
  const planned = (await askRules(planning, { passages })).data
  const items = [
    ...found.features.map(({ name, description }) => itemOf("feature", `${name}: ${description}`)),
    ...found.requirements.map(({ statement }) => itemOf("requirement", statement)),
    ...found.constraints.map(({ statement }) => itemOf("constraint", statement)),
    ...planned.tasks.map(({ title, description }) => itemOf("task", `${title}: ${description}`)),
    ...found.exclusions.map(({ statement }) => itemOf("exclusion", statement)),
  ]
  return { items, interfaces: designed.interfaces.length, records: designed.data_model.length }
}

function itemOf(list: string, text: string): Item {
  const key = new Bun.CryptoHasher("sha256").update(`${list}\n${text}`).digest("hex").slice(0, 8)
  return { list, text, key }
}
