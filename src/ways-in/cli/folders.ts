import { stat } from "node:fs/promises"
import { resolve } from "node:path"
import { setTimeout as delay } from "node:timers/promises"
import type { Folder, FolderInput, FolderPlan } from "../../features/folders/schema"
import type { Client } from "../client/client"
import type { Context } from "./context"
import { shown } from "./file-name"

const LOOK_MS = 200

/** Splits paths into directories, as absolute paths, and all others, unchanged. */
export async function foldersAmong(
  { cwd }: Context,
  paths: string[],
): Promise<{ folders: string[]; others: string[] }> {
  const folders: string[] = []
  const others: string[] = []
  for (const given of paths) {
    const path = resolve(cwd, given)
    const info = await stat(path).catch(() => undefined)
    if (info?.isDirectory()) folders.push(path)
    else others.push(given)
  }
  return { folders, others }
}

/** Adds folders and waits until each is up to date. Shows the progress on a terminal. */
export async function ingestFolders(
  { terminal }: Context,
  client: Client,
  paths: string[],
  options: Pick<FolderInput, "include_secrets">,
): Promise<Folder[]> {
  const done: Folder[] = []
  for (const path of paths) {
    let told = ""
    const tell = ({ progress }: Folder) => {
      const text = `\r${path}: ${Math.floor(progress * 100)} % read`
      if (terminal.errIsTTY && text !== told) terminal.err(text)
      told = text
    }
    done.push(await waitForSync(client, await client.addFolder(path, options), tell))
    if (terminal.errIsTTY && told) terminal.err("\n")
  }
  return done
}

/** Waits until a folder's sync is over and its documents are indexed or failed. */
export async function waitForSync(
  client: Client,
  folder: Folder,
  tell: (folder: Folder) => void = () => {},
): Promise<Folder> {
  let present = folder
  while (present.status === "syncing" || present.files.processing > 0) {
    tell(present)
    await delay(LOOK_MS)
    present = await client.getFolder(folder.id)
  }
  return present
}

export function folderLine({ id, path, status, error, files, last_sync }: Folder): string {
  if (status === "failed") return `${path}: failed: ${error} (${id})\n`
  const { added = 0, changed = 0, moved = 0, removed = 0 } = last_sync ?? {}
  const states = Object.entries(files).filter(([state, count]) => count > 0 || state === "indexed")
  const have = states.map(([state, count]) => `${count} ${state}`).join(", ")
  return `${path}: ${added} added, ${changed} changed, ${moved} moved, ${removed} removed; ${have} (${id})\n`
}

export function planText({ path, counts, added, changed, moved, removed, skipped }: FolderPlan) {
  const lines = [
    ...added.map((file) => `add     ${shown(file)}`),
    ...changed.map((file) => `change  ${shown(file)}`),
    ...moved.map(({ from, to }) => `move    ${shown(from)} → ${shown(to)}`),
    ...removed.map((file) => `remove  ${shown(file)}`),
    ...skipped.map(({ path, reason }) => `skip    ${shown(path)}: ${reason}`),
  ]
  const all = Object.entries(counts).map(([what, count]) => `${count} ${what}`)
  return `${[...lines, `${path}: ${all.join(", ")}; nothing was changed.`].join("\n")}\n`
}
