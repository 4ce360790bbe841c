import { expect, test } from "bun:test"
import { rename, rm } from "node:fs/promises"
import { homedir } from "node:os"
import { basename, join } from "node:path"
import { allDocuments, documentEvents, kept, notes, synced, testFolder } from "./support/folder"
import { rejection } from "./support/rejection"
import { testRepository } from "./support/repository"
import { testServer } from "./support/server"

const namesOf = (documents: { name: string }[]) => documents.map(({ name }) => name).sort()

test("of 5,000 files just the one that changed, the one that moved and the one that went are touched", async () => {
  await using folder = await testFolder(notes(5000))
  await using server = await testServer()
  const { client } = server
  const { id, name, files, last_sync } = await kept(client, folder.path)
  expect(files).toEqual({ indexed: 5000, processing: 0, failed: 0, skipped: 0 })
  expect(last_sync).toMatchObject({ added: 5000, unchanged: 0 })
  const before = new Map((await allDocuments(client)).map((it) => [it.name, it]))
  using events = await documentEvents(client)

  await folder.write({ "part3/note300.md": "# Changed\n\nA quokka smiles." })
  await rename(folder.at("part7/note700.md"), folder.at("part8/moved.md"))
  await rm(folder.at("part9/note900.md"))
  const changed = `${name}/part3/note300.md`
  const told = [
    ...[`uploaded ${changed}`, `indexed ${changed}`],
    ...[`uploaded ${name}/part8/moved.md`, `deleted ${name}/part9/note900.md`],
  ]
  await events.until(...told)
  expect(await synced(client, id)).toMatchObject({ last_sync: { unchanged: 4999, added: 0 } })
  expect(events.heard.sort()).toEqual(told.sort())

  const after = await allDocuments(client)
  const touched = after.filter((it) => it.updated_at !== before.get(it.name)?.updated_at)
  expect(namesOf(touched)).toEqual([changed, `${name}/part8/moved.md`])
  const moved = touched.find((it) => it.name !== changed)
  const { id: same, version, chunk_count } = before.get(`${name}/part7/note700.md`)!
  expect(moved).toMatchObject({ id: same, version, chunk_count })
  expect(moved?.metadata).toEqual({ folder_id: id, path: "part8/moved.md" })
  expect(touched.find((it) => it.name === changed)).toMatchObject({ version: 2 })
  const [found] = await client.search({ query: "quokka", top_k: 1 })
  expect(found).toMatchObject({ document_name: changed })
})

test("the documents are what git itself would see, whatever level says so", async () => {
  const paths = [
    ...["a.log", "top.md", ".hidden.md", "build/out.md", "other/build/keep.md", "sub/top.md"],
    ...["sub/keep.log", "sub/secret.txt", "sub/deep/secret.md", "sub/private.md", "sub/é ü.md"],
    ...["inner/docs/read.md", "inner/docs/a.tmp.md", "inner/docs/b.TMP.md", "inner/x/y/z.md"],
    ...["with space/!odd#name.md", "with space/[x].md", "deep/1/2/3/4/5/six.md", "-dash.md"],
    `${"a".repeat(200)}.md`,
  ]
  const rules = {
    ".gitignore": "*.log\nbuild/\n/top.md\n[x].md\n\\#no\nz.md",
    "sub/.gitignore": "!keep.log\nsecret.*\n",
    "inner/.gitignore": "docs/*.tmp.md\nx/*\n!x/y\n",
    "other/.gitignore": "!build/\n",
  }
  const files = Object.fromEntries(paths.map((path) => [path, `The content of ${path}`]))
  await using repository = await testRepository({ "first.md": "The first" })
  for (const [path, text] of Object.entries({ ...files, ...rules })) {
    await Bun.write(join(repository.path, path), text)
  }
  await Bun.write(join(repository.path, ".git/info/exclude"), "private.md\n")
  await Bun.write(join(repository.path, "node_modules/a/README.md"), "Not ours")
  const seen = await repository.git("ls-files", "-z", "-co", "--exclude-standard")
  const expected = seen.split("\0").filter((path) => path && !path.startsWith("node_modules/"))

  await using server = await testServer()
  await kept(server.client, repository.path)
  const pathsOf = async () => (await allDocuments(server.client)).map((it) => it.metadata.path)
  expect((await pathsOf()).sort()).toEqual(expected.sort())
  // A part of a repository is under the rules above it.
  const [whole] = await server.client.listFolders()
  await server.client.removeFolder(whole!.id)
  await kept(server.client, join(repository.path, "inner"))
  const inner = expected.filter((path) => path.startsWith("inner/"))
  expect((await pathsOf()).map((path) => `inner/${path}`).sort()).toEqual(inner.sort())
})

test("a dry run says what a sync would do, and does nothing", async () => {
  await using folder = await testFolder({ "a.md": "One", "b.md": "Two", "c.md": "Three" })
  await using server = await testServer()
  const { client } = server
  const first = await client.previewFolder(folder.path)
  expect(first).toMatchObject({ counts: { added: 3, skipped: 0 }, added: ["a.md", "b.md", "c.md"] })
  expect([await client.listFolders(), await client.listDocuments()]).toEqual([[], []])

  const { id } = await kept(client, folder.path)
  // Not watched any more, so that nothing is done by itself.
  await server.stop()
  await using again = await testServer({ home: server.home, takeOver: false })
  await folder.write({ "a.md": "One, changed", "new.md": "Four", "picture.md": "\x89PNG\r\n\0" })
  await rename(folder.at("b.md"), folder.at("moved.md"))
  await rm(folder.at("c.md"))
  expect(await again.client.previewFolder(folder.path)).toMatchObject({
    counts: { added: 1, changed: 1, moved: 1, removed: 1, unchanged: 0, skipped: 1 },
    ...{ added: ["new.md"], changed: ["a.md"], removed: ["c.md"] },
    moved: [{ from: "b.md", to: "moved.md" }],
    skipped: [{ path: "picture.md", reason: expect.stringContaining("NUL") }],
  })
  const name = basename(folder.path)
  const before = ["a.md", "b.md", "c.md"].map((path) => `${name}/${path}`)
  expect(namesOf(await again.client.listDocuments())).toEqual(before)
  expect(await again.client.getFolder(id)).toMatchObject({ status: "synced", watching: "off" })
})

test("what can't be kept as a folder is refused with the reason", async () => {
  await using folder = await testFolder({ "sub/a.md": "A", "file.md": "F" })
  await using server = await testServer()
  const { client } = server
  const refusals: [string, RegExp][] = [
    ["sub", /absolute path/],
    [folder.at("nowhere"), /There is no folder/],
    [folder.at("file.md"), /is not a folder/],
    ["/", /choose one in it/],
    [homedir(), /choose one in it/],
    [server.home, /its own data/],
  ]
  for (const [path, sentence] of refusals) {
    const refusal = {
      status: 400,
      name: "ValidationError",
      message: expect.stringMatching(sentence),
    }
    expect(await rejection(client.addFolder(path))).toMatchObject(refusal)
    expect(await rejection(client.previewFolder(path))).toMatchObject(refusal)
  }
  const { id } = await kept(client, folder.at("sub"))
  expect((await client.addFolder(folder.at("sub/../sub"))).id).toBe(id)
  expect((await rejection(client.addFolder(folder.path))).message).toMatch(
    /Remove that folder first/,
  )
  const deeper = folder.at("sub/deeper")
  await folder.write({ "sub/deeper/b.md": "B" })
  expect((await rejection(client.addFolder(deeper))).message).toMatch(/is already synced/)
  expect(await rejection(client.removeFolder(Bun.randomUUIDv7()))).toMatchObject({ status: 404 })
})

test("a document goes with its content, and away with the last path that has it", async () => {
  await using folder = await testFolder({ "a.md": "Alpha", "copy.md": "Alpha", "b.md": "Beta" })
  await using other = await testFolder({ "far.md": "Beta" })
  await using server = await testServer()
  const { client } = server
  const upload = [{ name: "mine.md", content: new Blob(["Gamma"]) }]
  const [mine] = await client.uploadDocuments(upload)
  await folder.write({ "c.md": "Gamma" })
  const { id, name } = await kept(client, folder.path)
  const far = await kept(client, other.path)
  const all = async () => namesOf(await allDocuments(client))
  const [a, copy, b] = ["a.md", "copy.md", "b.md"].map((path) => `${name}/${path}`)
  const [first] = await all()
  expect([a, copy]).toContain(first!)
  expect(await all()).toEqual([first!, b!, "mine.md"].sort())

  await folder.write({ [basename(first!)]: "Delta" })
  await synced(client, id)
  expect(await all()).toEqual([a!, copy!, b!, "mine.md"].sort())
  // Two that change places.
  await rename(folder.at("a.md"), folder.at("x.md"))
  await rename(folder.at("copy.md"), folder.at("a.md"))
  await rename(folder.at("x.md"), folder.at("copy.md"))
  await synced(client, id)
  for (const path of ["a.md", "copy.md"]) {
    const it = (await allDocuments(client)).find((it) => it.metadata.path === path)!
    const { content } = await client.getDocument(it.id)
    expect([it.name, content]).toEqual([`${name}/${path}`, await Bun.file(folder.at(path)).text()])
  }
  await client.removeFolder(id)
  expect(await all()).toEqual([`${far.name}/far.md`, "mine.md"])
  expect(await client.getDocument(mine!.id)).toMatchObject({ content: "Gamma" })
  await client.removeFolder(far.id)
  expect(await all()).toEqual(["mine.md"])
  expect(await Bun.file(other.at("far.md")).text()).toBe("Beta")
})

test("an agent reads what its folder has when a run starts, and no other document", async () => {
  await using folder = await testFolder({
    "docs/a.md": "Apples are red.",
    "b.md": "Bread is brown.",
  })
  await using empty = await testFolder()
  await using server = await testServer()
  const { client } = server
  const config = { name: "Reader", type: "discovery" as const }
  const from = (...context_sources: string[]) => client.createAgent({ ...config, context_sources })
  expect((await rejection(from(folder.path))).message).toMatch(
    /add the folder to the documents first/,
  )
  expect((await rejection(from("docs"))).message).toMatch(/absolute path/)
  const { id: folderId, name } = await kept(client, folder.path)
  await kept(client, empty.path)
  const { id } = await from(folder.at("docs"))
  const input = { query: "What is there?" }
  const read = async () => {
    const { metadata } = await client.runAgent(id, { input })
    const { rag_context } = await client.getRun(metadata.run_id)
    return namesOf(rag_context!.map(({ document_name }) => ({ name: document_name })))
  }
  expect(await read()).toEqual([`${name}/docs/a.md`])
  await folder.write({ "docs/c.md": "Cheese is yellow." })
  await synced(client, folderId)
  expect(await read()).toEqual([`${name}/docs/a.md`, `${name}/docs/c.md`])
  // No documents must not come to mean all of them.
  const nothing = await from(empty.path)
  const refusal = await rejection(client.runAgent(nothing.id, { input }))
  expect(refusal.message).toMatch(/has no documents yet/)
})
