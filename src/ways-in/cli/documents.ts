import { access, constants, stat } from "node:fs/promises"
import { basename, resolve } from "node:path"
import { setTimeout as delay } from "node:timers/promises"
import type { Document } from "../../features/documents/schema"
import { batchesOf } from "../../platform/async/batches"
import { ApiError, type Client, type Upload } from "../client/client"
import type { Context } from "./context"
import { UsageError } from "./failure"
import { agreeToSecrets, type SecretOptions } from "./secrets"

export type Sources = { files: Upload[]; urls: string[] }

/** Names for people: file names and URLs. */
export function namesOf({ files, urls }: Sources): string[] {
  return [...files.map(({ name }) => name), ...urls]
}

/** Throws a UsageError for an unreadable file, two of the same name, and as `agreeToSecrets`. */
export async function readSources(
  context: Context,
  given: string[],
  options: SecretOptions,
): Promise<Sources> {
  const isUrl = (source: string) => /^https?:\/\//i.test(source)
  const paths = given.filter((source) => !isUrl(source))
  const files = await readFiles(context, paths, options)
  return { files, urls: [...new Set(given.filter(isUrl))] }
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
    throw new UsageError(`${given}: web pages are only read over http:// and https://.`)
  }
  const path = resolve(cwd, given)
  const info = await stat(path).catch(() => undefined)
  if (!info) throw new UsageError(`There is no file ${given}.`)
  if (info.isDirectory()) {
    throw new UsageError(`${given} is a folder. Give the files in it instead.`)
  }
  if (!info.isFile()) throw new UsageError(`${given} is not a file.`)
  await access(path, constants.R_OK).catch(() => {
    throw new UsageError(`${given} can't be read: permission denied.`)
  })
  return path
}

/** Limits of one request: large enough to need few, small enough to show progress. */
const requestMax = { count: 1000, size: 16 * 1024 ** 2 }

/** Uploads sources, waits until each is indexed or failed, and returns each document once. */
export async function upload(
  context: Context,
  client: Client,
  { files, urls }: Sources,
): Promise<Document[]> {
  const sent = await sendAll(context, client, files)
  for (const url of urls) sent.push(await withRateLimit(context, () => client.scrape(url)))
  const documents = new Map(sent.map((document) => [document.id, document]))
  return await client.settleDocuments([...documents.values()], context.interrupted)
}

/** Sends files in several requests and prints progress, even if one is refused. */
async function sendAll(context: Context, client: Client, uploads: Upload[]): Promise<Document[]> {
  const { err, errIsTTY } = context.terminal
  const sent: Document[] = []
  let count = 0
  for (const part of batchesOf(uploads, requestMax, ({ content }) => content.size)) {
    try {
      sent.push(...(await withRateLimit(context, () => client.uploadDocuments(part))))
    } catch (error) {
      if (count > 0) err(`${count} of ${uploads.length} files were added before this:\n`)
      throw error
    }
    count += part.length
    if (part.length === uploads.length) continue
    const end = errIsTTY && count < uploads.length ? "" : "\n"
    err(`${errIsTTY ? "\r" : ""}${count} of ${uploads.length} files${end}`)
  }
  return sent
}

/** Longest wait for the rate limit before the command gives up. */
const longestWait_s = 300

/**
 * Retries when the rate limit allows it: the limit is meant for runaway scripts, not for a person's
 * files. Throws the RateLimitError if that takes more than five minutes.
 */
async function withRateLimit<T>(
  { terminal, interrupted: signal }: Context,
  send: () => Promise<T>,
): Promise<T> {
  for (;;) {
    try {
      return await send()
    } catch (error) {
      const wait_s = retryAfter_s(error)
      if (wait_s === undefined || wait_s > longestWait_s) throw error
      terminal.err(`The server is limiting uploads; continuing in ${wait_s} s.\n`)
      await delay(wait_s * 1000, undefined, { signal })
    }
  }
}

function retryAfter_s(error: unknown): number | undefined {
  if (!(error instanceof ApiError) || error.name !== "RateLimitError") return undefined
  const { retry_after } = error.details
  return typeof retry_after === "number" ? retry_after : undefined
}

/** Uploads documents and returns their ids. Throws if one fails: an answer would miss it. */
export async function uploadAndIndex(
  context: Context,
  client: Client,
  sources: Sources,
): Promise<string[]> {
  const names = namesOf(sources)
  if (names.length === 0) return []
  context.terminal.err(`Reading ${names.join(", ")}\n`)
  const documents = await upload(context, client, sources)
  const failed = documents.filter(({ status }) => status === "failed")
  if (failed.length > 0) {
    const reasons = failed.map(({ name, error }) => `${name}: ${error ?? "no reason was given"}`)
    throw new Error(`Nothing was started because a document can't be used. ${reasons.join("; ")}`)
  }
  return documents.map(({ id }) => id)
}
