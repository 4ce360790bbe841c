import { expect, test } from "bun:test"
import { mkdir, open, rename, rm, symlink } from "node:fs/promises"
import { freshHome } from "./support/database"
import { allDocuments, documentEvents, folderWhen, kept, notes, testFolder } from "./support/folder"
import { serveProcess } from "./support/process"
import { testServer } from "./support/server"

const link = expect.stringContaining("link")

test("names, links and contents of any kind lead nowhere else and keep no other file out", async () => {
  await using outside = await testFolder({ "secret.md": "A secret" })
  await using folder = await testFolder({
    // Against such a pattern the time of a matcher, also of git's own, grows without end.
    ...{ ".gitignore": "*a*a*a*a*a*a*a*b", [`${"a".repeat(200)}.md`]: "Good" },
    ...{ "a\nb.md": "Newline", "ab.md": "Plain", "..\\..\\up.md": "Backslashes" },
    ...{ "\u202egnp.md": "Reversed", "e\u0301.md": "Decomposed", "\u00e9.md": "Composed" },
    ...{ "empty.md": "", "junk.md": new Uint8Array([0, 1]), "big.txt": "x".repeat(1024 ** 2 + 1) },
    [`${"long/".repeat(150)}${"n".repeat(200)}.md`]: "Deep",
  })
  await symlink(outside.path, folder.at("out"))
  await symlink(outside.at("secret.md"), folder.at("out.md"))
  await symlink(folder.path, folder.at("loop"))
  await symlink("itself", folder.at("itself"))
  Bun.spawnSync(["mkfifo", folder.at("pipe.md")])
  const notUnicode = Buffer.concat([Buffer.from(`${folder.path}/`), Buffer.from([0xff, 0xfe])])
  // Some file systems take no such name.
  const isTaken = await open(notUnicode, "w").then(
    (file) => file.close().then(() => true),
    () => false,
  )
  await using server = await testServer({ settings: { MAX_UPLOAD_MB: "1" } })
  const { client } = server
  const { name, skipped, files } = await kept(client, folder.path)
  const documents = await allDocuments(client)
  const contents = documents.map(async ({ id }) => (await client.getDocument(id)).content)
  expect((await Promise.all(contents)).sort()).toEqual([
    ...["*a*a*a*a*a*a*a*b", "Backslashes", "Composed", "Decomposed", "Deep", "Good", "Newline"],
    ...["Plain", "Reversed"],
  ])
  for (const document of documents) {
    expect(document.name).toStartWith(`${name}/`)
    expect(document.name).not.toMatch(/\p{Cc}|\\|\/\.\.\/|[\u202a-\u202e]/u)
  }
  expect(files).toMatchObject({ indexed: 9, skipped: skipped.length })
  expect(Object.fromEntries(skipped.map(({ path, reason }) => [path, reason]))).toMatchObject({
    ...{ "big.txt": "It is larger than 1 MB.", "empty.md": expect.stringContaining("no text") },
    ...{
      "junk.md": expect.stringContaining("binary data"),
      "pipe.md": "It is not a regular file.",
    },
    ...{ out: link, "out.md": link, loop: link, itself: link },
    ...(isTaken ? { "\ufffd\ufffd": "Its name is not valid Unicode." } : {}),
  })
})

test("a folder killed at any moment of its first sync is in step after the next start", async () => {
  await using folder = await testFolder(notes(300))
  await using home = await freshHome()
  let id = ""
  for (const count of [1, 150, 350]) {
    const killed = await serveProcess(home)
    using events = await documentEvents(killed.client)
    id = (await killed.client.addFolder(folder.path)).id
    while (events.heard.length < count) await events.next()
    await killed.kill()
  }
  await using server = await serveProcess(home)
  const { files, last_sync } = await folderWhen(server.client, id)
  expect(files).toEqual({ indexed: 300, processing: 0, failed: 0, skipped: 0 })
  // What was there before was not made again.
  expect(last_sync?.unchanged).toBeGreaterThan(0)
  const documents = await allDocuments(server.client)
  expect(new Set(documents.map(({ name }) => name)).size).toBe(300)
  expect(documents.every(({ version, status }) => version === 1 && status === "indexed")).toBeTrue()
  for (const n of [0, 150, 299]) {
    const [hit] = await server.client.search({ query: `subject${n}`, top_k: 1 })
    expect(hit?.document_name).toEndWith(`/note${n}.md`)
  }
  await server.client.removeFolder(id)
  expect(await allDocuments(server.client)).toEqual([])
})

test("what changes while nobody looks is caught up with, and directories come and go", async () => {
  await using folder = await testFolder({ "a.md": "A", "sub/b.md": "B" })
  await using home = await freshHome()
  const first = await serveProcess(home)
  const { id, name } = await kept(first.client, folder.path)
  await first.stop()
  await folder.write({ "a.md": "A, changed" })
  await rename(folder.at("sub"), folder.at("moved"))
  await using server = await serveProcess(home)
  const paths = async () => (await allDocuments(server.client)).map((it) => it.metadata.path).sort()
  await folderWhen(server.client, id, ({ last_sync }) => last_sync?.moved === 1)
  expect(await paths()).toEqual(["a.md", "moved/b.md"])

  using events = await documentEvents(server.client)
  await folder.write({ "new/deep/c.md": "C" })
  await events.until(`indexed ${name}/new/deep/c.md`)
  await rm(folder.at("new"), { recursive: true })
  await events.until(`deleted ${name}/new/deep/c.md`)
  await mkdir(folder.at("new"))
  await folder.write({ "new/d.md": "D" })
  await events.until(`indexed ${name}/new/d.md`)
  // Its place is taken by another one of its name.
  await rename(folder.at("new"), folder.at("old"))
  await folder.write({ "new/e.md": "E" })
  await events.until(`indexed ${name}/new/e.md`, `uploaded ${name}/old/d.md`)
  await folder.write({ "new/f.md": "F", ".gitignore": "old" })
  await events.until(`indexed ${name}/new/f.md`, `deleted ${name}/old/d.md`)
})

test("a folder that is gone keeps its documents, and says so until it is back", async () => {
  await using folder = await testFolder({ "root/a.md": "A" })
  await using server = await testServer()
  const { client } = server
  const { id, name } = await kept(client, folder.at("root"))
  await rename(folder.at("root"), folder.at("away"))
  const gone = await folderWhen(client, id, ({ status }) => status === "failed")
  expect(gone.error).toContain("is not there any more")
  expect(await allDocuments(client)).toMatchObject([{ name: `${name}/a.md` }])
  await rename(folder.at("away"), folder.at("root"))
  expect(await folderWhen(client, id, ({ status }) => status === "synced")).toMatchObject({
    ...{ error: null, files: { indexed: 1 } },
  })
})
