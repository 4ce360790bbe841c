import type { IncomingMessage } from "node:http"
import { AppError } from "../../../platform/errors"
import { type Reach, readBody, request, unread } from "../../../platform/net/request"
import { exportOf, isSignIn } from "./google-docs"
import { ROBOTS_BYTES_MAX, type RobotsAnswer, requireAllowed, robotsUrl } from "./robots"

const HOPS_MAX = 5

/** A page as its server gave it. */
export type Page = {
  /** Where it was in the end, without the part after #. */
  url: string
  type: "html" | "text" | "markdown" | "pdf"
  /** The encoding that its server names. */
  charset?: string
  bytes: Uint8Array
}

type Visit = {
  reach: Reach
  signal: AbortSignal
  /** Of the origins that were asked; missing where nobody crawls. */
  robots?: Map<string, RobotsAnswer>
}

const types: Record<string, Page["type"]> = {
  "text/html": "html",
  "application/xhtml+xml": "html",
  "text/plain": "text",
  "text/markdown": "markdown",
  "application/pdf": "pdf",
}

/**
 * Reads a page from the web. The host of each hop is resolved and checked, and the connection made
 * to what was checked. Throws ValidationError for what is no http(s) URL; ForbiddenUrlError for an
 * address that `reach` forbids, credentials, or what the site's robots.txt does not allow;
 * FileTooLargeError; InvalidFileTypeError; DocumentProcessingError if there is nothing to read.
 */
export async function fetchPage(address: string, reach: Reach): Promise<Page> {
  const signal = AbortSignal.timeout(reach.total_ms)
  const asked = pageUrl(address)
  const exported = exportOf(asked)
  // Whoever gives the link of a document asks for its export, as the menu of its page offers it.
  const visit = { reach, signal, ...(exported ? {} : { robots: new Map() }) }
  const { url, message } = await follow(exported ?? asked, visit)
  try {
    if (isSignIn(url)) throw unread(asked, "wants a sign-in: share it with all who have its link")
    if (message.statusCode !== 200) throw unread(url, `answered with status ${message.statusCode}`)
    const kind = kindOf(url, message)
    const bytes = await readBody(url, message, { bytesMax: reach.bytesMax, signal })
    // An export stands at an address that is soon gone.
    const final = new URL(exported ? asked : url)
    final.hash = ""
    return { url: final.href, ...kind, bytes }
  } finally {
    message.destroy()
  }
}

/** Throws ValidationError for what is no address of a page. */
function pageUrl(address: string): URL {
  const url = URL.canParse(address) ? new URL(address) : undefined
  if (url && isWeb(url)) return url
  const message = "The address of a page begins with http:// or https://."
  throw new AppError("ValidationError", message, { issues: [{ path: "url", message }] })
}

const isWeb = ({ protocol }: URL) => protocol === "https:" || protocol === "http:"

/** The first answer that is no redirect. */
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
    if (!URL.canParse(location, url)) throw unread(url, "redirects to what is no address")
    url = new URL(location, url)
  }
  throw unread(start, `redirects more than ${HOPS_MAX} times`)
}

function requirePlain(url: URL): void {
  if (!isWeb(url))
    throw forbidden(url, `A page may not redirect to an address of ${url.protocol}//.`)
  if (url.username || url.password) {
    throw forbidden(url, "An address with a user name or password is not read.")
  }
}

function forbidden(url: URL, sentence: string): AppError {
  return new AppError("ForbiddenUrlError", sentence, { host: url.host })
}

/** Throws ForbiddenUrlError for a page that its site does not want to be read. */
async function askRobots(
  url: URL,
  { reach, signal }: Visit,
  robots: Map<string, RobotsAnswer>,
): Promise<void> {
  const known = robots.get(url.origin)
  if (known) return requireAllowed(url, known)
  const { url: at, message } = await follow(robotsUrl(url), { reach, signal })
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
    const help = "HTML, Markdown, plain text and PDF can be."
    throw new AppError("InvalidFileTypeError", sentence, { url: url.href, help })
  }
  const charset = /;\s*charset\s*=\s*"?([\w:.-]+)/i.exec(told)?.[1]
  return { type, ...(charset ? { charset } : {}) }
}
