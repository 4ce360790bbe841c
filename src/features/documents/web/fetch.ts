import type { IncomingMessage } from "node:http"
import { AppError, invalid } from "../../../platform/errors"
import { type Reach, readBody, request, unread } from "../../../platform/net/request"
import { exportOf, isSignIn } from "./google-docs"
import { ROBOTS_BYTES_MAX, type RobotsAnswer, requireAllowed, robotsUrl } from "./robots"

const HOPS_MAX = 5

/** A page as its server sent it. */
export type Page = {
  /** Its URL after redirects, without the part after #. */
  url: string
  type: "html" | "text" | "markdown" | "pdf"
  /** The encoding that the server declares. */
  charset: string | undefined
  bytes: Uint8Array
}

type Visit = {
  reach: Reach
  signal: AbortSignal
  /** The robots.txt of each origin asked. Undefined where they don't apply. */
  robots: Map<string, RobotsAnswer> | undefined
}

const types: Record<string, Page["type"]> = {
  "text/html": "html",
  "application/xhtml+xml": "html",
  "text/plain": "text",
  "text/markdown": "markdown",
  "application/pdf": "pdf",
}

/**
 * Reads a page from the web. Resolves and checks the host of each redirect, and connects to the
 * address that was checked. Throws ValidationError unless it is an http(s) URL; ForbiddenUrlError
 * for an address that `reach` forbids, for credentials, or if robots.txt forbids it;
 * FileTooLargeError; InvalidFileTypeError; DocumentProcessingError if there is nothing to read.
 */
export async function fetchPage(address: string, reach: Reach): Promise<Page> {
  const signal = AbortSignal.timeout(reach.total_ms)
  const asked = pageUrl(address)
  const exported = exportOf(asked)
  // robots.txt is for crawlers. The export is what the page's own menu offers to its reader.
  const visit = { reach, signal, robots: exported ? undefined : new Map() }
  const { url, message } = await follow(exported ?? asked, visit)
  try {
    if (isSignIn(url))
      throw unread(asked, "requires a sign-in: share it with anyone who has the link")
    if (message.statusCode !== 200) throw unread(url, `answered with status ${message.statusCode}`)
    const kind = kindOf(url, message)
    const bytes = await readBody(url, message, { bytesMax: reach.bytesMax, signal })
    // The URL of an export soon expires.
    const final = new URL(exported ? asked : url)
    final.hash = ""
    return { url: final.href, ...kind, bytes }
  } finally {
    message.destroy()
  }
}

function pageUrl(address: string): URL {
  const url = URL.canParse(address) ? new URL(address) : undefined
  if (url && isWeb(url)) return url
  throw invalid("url", "The URL of a page must begin with http:// or https://.")
}

const isWeb = ({ protocol }: URL) => protocol === "https:" || protocol === "http:"

async function follow(start: URL, visit: Visit): Promise<{ url: URL; message: IncomingMessage }> {
  let url = start
  for (let hop = 0; hop <= HOPS_MAX; hop++) {
    requirePlain(url)
    if (visit.robots) await askRobots(url, visit, visit.robots)
    const message = await request(url, visit.reach, visit.signal)
    const { location } = message.headers
    const isRedirect = [301, 302, 303, 307, 308].includes(message.statusCode ?? 0)
    if (!isRedirect || !location) return { url, message }
    message.destroy()
    if (!URL.canParse(location, url)) throw unread(url, "redirects to an invalid URL")
    url = new URL(location, url)
  }
  throw unread(start, `redirects more than ${HOPS_MAX} times`)
}

function requirePlain(url: URL): void {
  if (!isWeb(url)) throw forbidden(url, `A page may not redirect to a ${url.protocol}// URL.`)
  if (url.username || url.password) {
    throw forbidden(url, "A URL must not contain a user name or password.")
  }
}

function forbidden(url: URL, sentence: string): AppError {
  return new AppError("ForbiddenUrlError", sentence, { host: url.host })
}

async function askRobots(
  url: URL,
  { reach, signal }: Visit,
  robots: Map<string, RobotsAnswer>,
): Promise<void> {
  const known = robots.get(url.origin)
  if (known) return requireAllowed(url, known)
  const { url: at, message } = await follow(robotsUrl(url), { reach, signal, robots: undefined })
  const status = message.statusCode ?? 0
  const limits = { bytesMax: ROBOTS_BYTES_MAX, signal }
  const bytes = status === 200 ? await readBody(at, message, limits) : new Uint8Array()
  message.destroy()
  const answer = { status, text: new TextDecoder().decode(bytes) }
  robots.set(url.origin, answer)
  requireAllowed(url, answer)
}

function kindOf(url: URL, { headers }: IncomingMessage): Pick<Page, "type" | "charset"> {
  const told = headers["content-type"] ?? "none"
  const mime = told.split(";")[0]?.trim().toLowerCase() ?? ""
  const type = types[mime]
  if (!type) {
    const sentence = `The page ${url.host} is of type ${mime}, which can't be read.`
    const help = "Supported types are HTML, Markdown, plain text and PDF."
    throw new AppError("InvalidFileTypeError", sentence, { url: url.href, help })
  }
  const charset = /;\s*charset\s*=\s*"?([\w:.-]+)/i.exec(told)?.[1]
  return { type, charset }
}
