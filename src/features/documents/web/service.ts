import { contentOf, hashOf } from "../../../engines/convert/content"
import { decodeHtml, NoText } from "../../../engines/convert/decode"
import { glanceAt } from "../../../engines/convert/html-shape"
import { invalid } from "../../../platform/errors"
import { type Lookup, systemLookup, unlessPublic } from "../../../platform/net/address"
import { type Reach, unread } from "../../../platform/net/request"
import { type CheckedFile, checkFiles } from "../check"
import type { DocumentDeps } from "../deps"
import { safeName } from "../names"
import type { Document } from "../schema"
import { findPage, getDocument, isNameTaken, putDocument } from "../service"
import { fetchPage, type Page } from "./fetch"

const IDLE_MS = 10_000
const TOTAL_MS = 30_000

/**
 * Reads a web page as a document. Reading it again adds a version if its visible words changed.
 * Throws what `fetchPage` throws, and StorageQuotaExceededError.
 */
export async function scrape(
  deps: DocumentDeps,
  url: string,
  lookup = systemLookup,
): Promise<Document> {
  const page = await fetchPage(url, reachOf(deps, lookup))
  const known = await findPage(deps, page.url)
  return await store(deps, page, known?.name)
}

/** Reads a document's page again. Throws ValidationError if it doesn't come from the web. */
export async function refetch(
  deps: DocumentDeps,
  id: string,
  lookup = systemLookup,
): Promise<Document> {
  const { name, source_url } = await getDocument(deps, id)
  if (source_url === null) throw invalid("id", "This document doesn't come from the web.", { id })
  return await store(deps, await fetchPage(source_url, reachOf(deps, lookup)), name)
}

function reachOf({ config }: Pick<DocumentDeps, "config">, lookup: Lookup): Reach {
  return {
    lookup,
    forbidden: config.allowPrivateUrls ? () => undefined : unlessPublic,
    bytesMax: config.maxUploadMb * 1024 ** 2,
    idle_ms: IDLE_MS,
    total_ms: TOTAL_MS,
  }
}

async function store(deps: DocumentDeps, page: Page, name: string | undefined): Promise<Document> {
  const file = page.type === "html" ? await htmlFile(page) : await otherFile(deps, page)
  return await putDocument(deps, {
    ...file,
    name: name ?? (await freeName(deps, file.name, page)),
    sourceUrl: page.url,
  })
}

/** Hashes only the visible words, because scripts and attributes often differ on each request. */
async function htmlFile({ url, charset, bytes }: Page): Promise<CheckedFile> {
  const html = await decoded(url, bytes, charset)
  const { title, words } = glanceAt(html)
  if (words === "") throw unread(new URL(url), "has no text; perhaps scripts make it")
  const encoder = new TextEncoder()
  return {
    name: safeName(title.replace(/[/\\]/g, "-") || lastOf(url)),
    type: "html",
    sizeBytes: bytes.byteLength,
    contentHash: await hashOf(encoder.encode(words)),
    content: await contentOf(encoder.encode(`\ufeff${html}`)),
    isShort: false,
    isKept: true,
  }
}

async function decoded(url: string, bytes: Uint8Array, charset?: string): Promise<string> {
  try {
    return await decodeHtml(bytes, charset)
  } catch (thrown) {
    if (thrown instanceof NoText) throw unread(new URL(url), thrown.message, thrown)
    throw thrown
  }
}

async function otherFile(deps: DocumentDeps, { url, type, bytes }: Page): Promise<CheckedFile> {
  const extensions = { html: "", text: "", markdown: ".md", pdf: ".pdf" } as const
  const extension = extensions[type]
  const last = lastOf(url)
  const name = last.toLowerCase().endsWith(extension) ? last : last + extension
  const [file] = await checkFiles(deps, [{ name, bytes }])
  if (!file) throw new Error("`checkFiles` returned nothing for a file.")
  return file
}

function lastOf(url: string): string {
  const { pathname, host } = new URL(url)
  const last = pathname.split("/").findLast(Boolean) ?? host
  try {
    return decodeURIComponent(last)
  } catch {
    // The path isn't UTF-8.
    return last
  }
}

/** Returns the name, followed by the URL if another document has that name. */
async function freeName(deps: DocumentDeps, name: string, { url }: Page): Promise<string> {
  if (!(await isNameTaken(deps, name))) return name
  const address = url.replace(/^https?:\/\//, "").replace(/[/\\]/g, "-")
  return safeName(`${name.slice(0, 100)} (${address})`)
}
