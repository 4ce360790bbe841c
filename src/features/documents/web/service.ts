import { contentOf, hashOf } from "../../../engines/convert/content"
import { decodeHtml, NoText } from "../../../engines/convert/decode"
import { glanceAt } from "../../../engines/convert/html-shape"
import { AppError } from "../../../platform/errors"
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
 * Reads a page of the web as a document, which is `processing` until it is converted. The same page
 * again is the next version of its document, or the same if nothing changed that a person sees.
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

/** Reads a document's page again. Throws ValidationError for one that is of no page. */
export async function refetch(
  deps: DocumentDeps,
  id: string,
  lookup = systemLookup,
): Promise<Document> {
  const { name, source_url } = await getDocument(deps, id)
  if (source_url === null) {
    const message = "This document does not come from the web."
    throw new AppError("ValidationError", message, { id, issues: [{ path: "id", message }] })
  }
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

/**
 * A page as a file in UTF-8. What counts as its content are the words that a person sees: scripts
 * and attributes often differ each time that it is asked for.
 */
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

/** What is no page but a file is checked like one that is uploaded. */
async function otherFile(deps: DocumentDeps, { url, type, bytes }: Page): Promise<CheckedFile> {
  const extensions = { html: "", text: "", markdown: ".md", pdf: ".pdf" } as const
  const extension = extensions[type]
  const last = lastOf(url)
  const name = last.toLowerCase().endsWith(extension) ? last : last + extension
  const [file] = await checkFiles(deps, [{ name, bytes }])
  if (!file) throw new Error("A file that was checked is missing.")
  return file
}

/** The last part of an address, as a person reads it. */
function lastOf(url: string): string {
  const { pathname, host } = new URL(url)
  const last = pathname.split("/").findLast(Boolean) ?? host
  try {
    return decodeURIComponent(last)
  } catch {
    // Signs of another encoding.
    return last
  }
}

/** The name, with the address where another document has it already. */
async function freeName(deps: DocumentDeps, name: string, { url }: Page): Promise<string> {
  if (!(await isNameTaken(deps, name))) return name
  const address = url.replace(/^https?:\/\//, "").replace(/[/\\]/g, "-")
  return safeName(`${name.slice(0, 100)} (${address})`)
}
