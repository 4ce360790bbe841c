import { mkdir, mkdtemp, realpath, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import type { Document } from "../../src/features/documents/schema"
import type { FolderDetail } from "../../src/features/folders/schema"
import type { PublishedEvent } from "../../src/platform/events/event"
import type { Client } from "../../src/ways-in/client/client"

type Files = Record<string, string | Uint8Array>

/** A directory with these files, which `write` adds to. */
export async function testFolder(files: Files = {}) {
  const path = await realpath(await mkdtemp(join(tmpdir(), "amelia-folder-")))
  const write = async (more: Files) => {
    for (const [name, content] of Object.entries(more)) {
      await mkdir(dirname(join(path, name)), { recursive: true })
      await writeFile(join(path, name), content)
    }
  }
  await write(files)
  return {
    ...{ path, write, at: (name: string) => join(path, name) },
    [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }),
  }
}

/** Notes with contents of their own, 100 a directory. */
export function notes(count: number): Files {
  const all = Array.from({ length: count }, (_, i): [string, string] => {
    return [`part${Math.floor(i / 100)}/note${i}.md`, `# Note ${i}\n\nIt is about subject${i}.\n`]
  })
  return Object.fromEntries(all)
}

/** The folder as soon as it is so, which is looked at after each sync. */
export async function folderWhen(
  client: Client,
  id: string,
  isSo: (folder: FolderDetail) => boolean = ({ status }) => status !== "syncing",
): Promise<FolderDetail> {
  const over = new AbortController()
  const looked = Promise.withResolvers<FolderDetail>()
  const look = async () => {
    const folder = await client.getFolder(id)
    if (isSo(folder)) looked.resolve(folder)
  }
  const fail = (error: unknown) => looked.reject(error)
  const follow = async () => {
    const types = ["document.progress"]
    const opened = { onOpen: () => void look().catch(fail) }
    for await (const _ of client.events({ types, signal: over.signal, ...opened })) await look()
  }
  void follow().catch(fail)
  try {
    return await looked.promise
  } finally {
    over.abort()
  }
}

/** Adds a folder and waits for the end of its first sync. */
export async function kept(client: Client, path: string): Promise<FolderDetail> {
  const folder = await folderWhen(client, (await client.addFolder(path)).id)
  if (folder.error) throw new Error(folder.error)
  return folder
}

/** Has it looked at again, for what no event tells of. */
export async function synced(client: Client, id: string): Promise<FolderDetail> {
  await client.syncFolder(id)
  return folderWhen(client, id)
}

export async function allDocuments(client: Client): Promise<Document[]> {
  const all: Document[] = []
  for (;;) {
    const last = all.at(-1)
    const page = await client.listDocuments({ limit: 200, ...(last && { before: last.id }) })
    all.push(...page)
    if (page.length < 200) return all
  }
}

/** What is told of documents from now on, as "type name"; `until` waits for these among it. */
export async function documentEvents(client: Client) {
  const over = new AbortController()
  const heard: string[] = []
  let told = Promise.withResolvers<void>()
  const opened = Promise.withResolvers<void>()
  const types = ["uploaded", "indexed", "failed", "deleted"].map((it) => `document.${it}`)
  const listen = async () => {
    const options = { types, signal: over.signal, onOpen: () => opened.resolve() }
    for await (const event of client.events(options)) {
      heard.push(lineOf(event))
      told.resolve()
    }
  }
  // The server that it listens to may be killed.
  void listen().catch(() => {})
  await opened.promise
  const next = () => {
    told = Promise.withResolvers()
    return told.promise
  }
  return {
    ...{ heard, next },
    async until(...lines: string[]): Promise<void> {
      while (!lines.every((line) => heard.includes(line))) await next()
    },
    [Symbol.dispose]: () => over.abort(),
  }
}

function lineOf({ type, data }: PublishedEvent): string {
  return `${type.slice("document.".length)} ${"name" in data ? data.name : ""}`
}
