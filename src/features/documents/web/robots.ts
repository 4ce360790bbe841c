import parseRobots from "robots-parser"
import { AppError } from "../../../platform/errors"
import { AGENT } from "../../../platform/net/request"

export type RobotsAnswer = { status: number; text: string }

/** Crawlers need not read more than this (RFC 9309, 2.5). */
export const ROBOTS_BYTES_MAX = 512 * 1024

/** Throws ForbiddenUrlError if the site forbids the page. No file allows all (RFC 9309, 2.3.1). */
export function requireAllowed(url: URL, { status, text }: RobotsAnswer): void {
  if (status >= 400 && status < 500) return
  if (status < 200 || status >= 300) {
    throw refuse(url, `did not say what may be read: its robots.txt returned status ${status}`)
  }
  const isAllowed = parseRobots(robotsUrl(url).href, text).isAllowed(url.href, AGENT)
  if (isAllowed === false) throw refuse(url, "does not allow programs to read this page")
}

export function robotsUrl(url: URL): URL {
  return new URL("/robots.txt", url)
}

function refuse(url: URL, reason: string): AppError {
  return new AppError("ForbiddenUrlError", `The site ${url.host} ${reason}.`, {
    url: url.href,
    robots: robotsUrl(url).href,
    help: "Save the page in a browser and add the file.",
  })
}
