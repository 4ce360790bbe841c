import { afterAll, beforeAll, expect, test } from "bun:test"
import { pickerQuery } from "../src/features/library/schema"
import { readPicker } from "../src/features/library/service"
import { documents } from "../src/platform/db/schema/documents"
import { folderFiles, folders } from "../src/platform/db/schema/folders"
import { openTestDatabase } from "./support/database"
import { type TestServer, testServer } from "./support/server"

let server: TestServer
let ids: string[]
beforeAll(async () => {
  server = await testServer()
  const files = Array.from({ length: 60 }, (_, n) => ({
    name: `note-${String(n).padStart(2, "0")}.md`,
    content: new Blob([`# Note ${n}\n\nIt is about subject ${n}.`]),
  }))
  const added = await server.client.uploadDocuments(files)
  ids = (await server.client.settleDocuments(added)).map(({ id }) => id)
})
afterAll(() => server[Symbol.asyncDispose]())

const PAGE = "/workflows/discovery_design_planning"
type Fields = [name: string, value: string][]
const someOf = (...picked: (string | undefined)[]): Fields => [
  ...[["query", "Plan it"] as [string, string], ["pick_field", "document_ids"] as [string, string]],
  ["pick_scope", "some"],
  ...picked.map((id): [string, string] => ["document_ids", id ?? ""]),
]

async function post(path: string, fields: Fields, headers: Record<string, string> = {}) {
  const from = { Accept: "text/html", Referer: server.url + PAGE, Origin: server.url }
  const body = new URLSearchParams(fields)
  return await server.fetch(path, {
    ...{ method: "POST", headers: { ...from, ...headers }, body, redirect: "manual" },
  })
}

/** The ticked and the other documents of a page or part, by name. */
function ticksOf(html: string) {
  const ticks = [
    ...html.matchAll(/name="document_ids" value="[^"]*"( checked)?.*?>([^<]*)<\/span>/g),
  ]
  const named = (isTicked: boolean) =>
    ticks.filter(([, checked]) => Boolean(checked) === isTicked).map(([, , name]) => name)
  return { picked: named(true), others: named(false) }
}

test("the picker filters by name, keeps what is chosen, and shows or chooses all that match", async () => {
  const script = { "HX-Request": "true" }
  const chosen = someOf(ids[1], ids[40])
  const ask = async (...more: Fields) =>
    await (await post("/documents/pick", [...chosen, ...more], script)).text()
  const first = await ask()
  expect(ticksOf(first)).toMatchObject({ picked: ["note-01.md", "note-40.md"] })
  expect(ticksOf(first).others).toHaveLength(50)
  expect(first).toContain("50 of 58 other documents")
  expect(first).not.toContain("<html")
  const more = await ask(["pick_shown", "100"])
  expect(ticksOf(more).others).toHaveLength(58)
  const some = await ask(["pick_find", "MD 1 note"])
  const names = Array.from({ length: 10 }, (_, n) => `note-1${n}.md`)
  expect(ticksOf(some).others).toEqual(expect.arrayContaining(names))
  const all = await ask(["pick_find", "note-1"], ["pick_matching", "true"])
  expect(ticksOf(all)).toEqual({ picked: ["note-01.md", "note-40.md", ...names], others: [] })
})

test("without scripts, filtering shows the page again with the question and the choice", async () => {
  const answer = await post("/documents/pick", [...someOf(ids[3]), ["pick_find", "note-5"]])
  expect(answer.status).toBe(200)
  const html = await answer.text()
  expect(html).toContain("\nPlan it</textarea>")
  expect(html).not.toContain("Error: ")
  const { picked, others } = ticksOf(html)
  expect(picked).toEqual(["note-03.md"])
  expect(others).toHaveLength(10)
  const all = await post("/documents/pick", [
    ...someOf(ids[3]),
    ["pick_find", "note-5"],
    ["pick_matching", "true"],
  ])
  expect(ticksOf(await all.text()).picked).toHaveLength(11)
})

test("a start uses the chosen documents, or all, and refuses a choice of none", async () => {
  const start = async (fields: Fields) => {
    const answer = await post(`${PAGE}/start`, fields)
    const id = answer.headers.get("location")?.split("/").at(-1)
    return id ? (await server.client.getRun(id)).input : await answer.text()
  }
  expect(await start(someOf(ids[2], ids[5], ids[2]))).toEqual({
    query: "Plan it",
    document_ids: [ids[2] ?? "", ids[5] ?? ""],
  })
  const all = someOf(ids[2]).map(([name, value]): [string, string] =>
    name === "pick_scope" ? [name, "all"] : [name, value],
  )
  expect(await start(all)).toEqual({ query: "Plan it" })
  const refused = await start(someOf())
  expect(refused).toContain("Choose at least one document, or all of them.")
  expect(refused).toContain("\nPlan it</textarea>")
})

test("of 5,000 documents it reads one page, by folder too", async () => {
  await using database = await openTestDatabase()
  const { db } = database
  const rows = Array.from({ length: 5000 }, (_, n) => ({
    ...{
      name: `part-${n % 50}/paper-${n}.md`,
      type: "markdown" as const,
      status: "indexed" as const,
    },
    ...{ fileSize: 1, storedBytes: 1, contentHash: String(n), indexedVersion: 1 },
  }))
  const added = []
  for (let at = 0; at < rows.length; at += 1000)
    added.push(
      ...(await db
        .insert(documents)
        .values(rows.slice(at, at + 1000))
        .returning()),
    )
  const [folder] = await db
    .insert(folders)
    .values({ name: "papers", path: "/papers", keeper: "here" })
    .returning()
  const files = added.slice(0, 7).map(({ id, name }) => ({
    ...{ folderId: folder?.id ?? "", path: name, size: 1, documentId: id },
  }))
  await db.insert(folderFiles).values(files)
  const read = (query: object) => readPicker({ db }, "document_ids", [], pickerQuery.parse(query))
  const everything = await read({})
  expect([everything.total, everything.matching, everything.found.length]).toEqual([5000, 5000, 50])
  expect((await read({ pick_find: "part-7/" })).matching).toBe(100)
  const inFolder = await read({ pick_folder: folder?.id })
  expect([inFolder.matching, inFolder.folders]).toEqual([
    7,
    [{ id: folder?.id ?? "", name: "papers" }],
  ])
  expect((await read({ pick_folder: "none" })).matching).toBe(4993)
  expect((await read({ pick_matching: "true" })).picked).toHaveLength(1000)
})
