import { access, constants, stat } from "node:fs/promises"
import { basename, resolve } from "node:path"
import { setTimeout as delay } from "node:timers/promises"
import type { Document } from "../../features/documents/schema"
import { batchesOf } from "../../platform/async/batches"
import { ApiError, type Client, type Upload } from "../client/client"
import type { Context } from "./context"
import { UsageError } from "./failure"
import { agreeToSecrets, type SecretOptions } from "./secrets"

/** What a person wants to be read: files, and pages of the web by their addresses. */
export type Sources = { files: Upload[]; urls: string[] }

/** As a person reads them. */
export function namesOf({ files, urls }: Sources): string[] {
  return [...files.map(({ name }) => name), ...urls]
}

/**
 * Checks what the person wants to be read, before anything is sent. Throws a UsageError for what
 * is no readable file, for two files of one name, since the second would replace the first, and as
 * `agreeToSecrets` does.
 */
export async function readSources(
  context: Context,
  given: string[],
  options: SecretOptions,
): Promise<Sources> {
  const isUrl = (source: string) => /^https?:\/\//i.test(source)
  const urls = [...new Set(given.filter(isUrl))]
  return {
    files: await readFiles(
      context,
      given.filter((source) => !isUrl(source)),
      options,
    ),
    urls,
  }
}

async function readFiles(
  context: Context,
  paths: string[],
  options: SecretOptions,
): Promise<Upload[]> {
  const uploads: Upload[] = []
  const seen = new Map<string, string>()
  for (const given of paths) {
    const path = await readablePath(context, given)
    const name = basename(path)
    const other = seen.get(name)
    if (other === path) continue
    if (other) {
      throw new UsageError(
        `${other} and ${path} have the same name; the second would replace the first. Rename one.`,
      )
    }
    seen.set(name, path)
    uploads.push({ name, content: Bun.file(path) })
  }
  await agreeToSecrets(context, [...seen.values()], options)
  return uploads
}

async function readablePath({ cwd }: Context, given: string): Promise<string> {
  if (/^[a-z][a-z0-9+.-]+:\/\//i.test(given)) {
    throw new UsageError(`${given}: pages are read by http:// and https:// only.`)
  }
  const path = resolve(cwd, given)
  const info = await stat(path).catch(() => undefined)
  if (!info) throw new UsageError(`There is no file ${given}.`)
  if (info.isDirectory()) {
    throw new UsageError(`${given} is a folder; folders can't be read yet. Give its files.`)
  }
  if (!info.isFile()) throw new UsageError(`${given} is not a file.`)
  await access(path, constants.R_OK).catch(() => {
    throw new UsageError(`${given} can't be read: permission denied.`)
  })
  return path
}

/** What a request carries at most: enough that few are needed, little enough to show progress. */
const ofRequest = { count: 1000, size: 16 * 1024 ** 2 }

/** Uploads, waits until each is indexed or failed, and gives each document once. */
export async function upload(
  context: Context,
  client: Client,
  { files, urls }: Sources,
): Promise<Document[]> {
  const sent = await sendAll(context, client, files)
  for (const url of urls) sent.push(await patiently(context, () => client.scrape(url)))
  const documents = new Map(sent.map((document) => [document.id, document]))
  return await client.settleDocuments([...documents.values()], context.interrupted)
}

/** Sends many files in several requests and tells how far it is, also when one is refused. */
async function sendAll(context: Context, client: Client, uploads: Upload[]): Promise<Document[]> {
  const { err, errIsTTY } = context.terminal
  const sent: Document[] = []
  let count = 0
  for (const part of batchesOf(uploads, ofRequest, ({ content }) => content.size)) {
    try {
      sent.push(...(await patiently(context, () => client.uploadDocuments(part))))
    } catch (error) {
      if (count > 0) err(`${count} of ${uploads.length} files were added before this:\n`)
      throw error
    }
    count += part.length
    if (part.length === uploads.length) continue
    const isLast = count === uploads.length
    err(
      `${errIsTTY ? "\r" : ""}${count} of ${uploads.length} files${errIsTTY && !isLast ? "" : "\n"}`,
    )
  }
  return sent
}

/** The longest that a command waits for its turn; beyond that the person decides. */
const longestWait_s = 300

/**
 * Sends when the server lets us: its limit is against pages and scripts that never stop, while a
 * person's files only have to wait. Says so, and how long. Throws the server's RateLimitError if it
 * asks for more than five minutes, and whatever else is wrong.
 */
async function patiently<T>(
  { terminal, interrupted: signal }: Context,
  send: () => Promise<T>,
): Promise<T> {
  for (;;) {
    try {
      return await send()
    } catch (error) {
      const wait_s = askedToWait_s(error)
      if (wait_s === undefined || wait_s > longestWait_s) throw error
      terminal.err(`The server takes no more uploads for now; going on in ${wait_s} s.\n`)
      await delay(wait_s * 1000, undefined, { signal })
    }
  }
}

function askedToWait_s(error: unknown): number | undefined {
  if (!(error instanceof ApiError) || error.name !== "RateLimitError") return undefined
  const { retry_after } = error.details
  return typeof retry_after === "number" ? retry_after : undefined
}
