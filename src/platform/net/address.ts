import { lookup as lookupName } from "node:dns/promises"
import { isIP } from "node:net"
import ipaddr from "ipaddr.js"
import { AppError } from "../errors"

/** An address to connect to. */
export type Address = { address: string; family: number }

/** All addresses of a name, as the operating system knows them. */
export type Lookup = (host: string) => Promise<Address[]>

/** What an address is that may not be read, as the end of a sentence; undefined if it may be. */
export type Forbidden = (address: string) => string | undefined

export const systemLookup: Lookup = (host) => lookupName(host, { all: true })

/**
 * Only addresses that anybody on the internet can reach are allowed. IPv6 has them in 2000::/3,
 * without the ranges in which an IPv4 address hides.
 */
export const unlessPublic: Forbidden = (address) => {
  const parsed = ipaddr.parse(address)
  const range = parsed.range()
  if (range !== "unicast") return sentenceOf(range)
  const isGlobal = parsed.kind() === "ipv4" || parsed.match(ipaddr.parse("2000::"), 3)
  return isGlobal ? undefined : sentenceOf("reserved")
}

function sentenceOf(range: string): string {
  const words = range.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
  return `is in a ${words} range, which is not the public internet`
}

/**
 * The addresses of a URL's host, each checked: one forbidden is enough to refuse them all. Connect
 * to these and to nothing that a second resolution says. Throws ForbiddenUrlError, and
 * DocumentProcessingError for a name without an address.
 */
export async function addressesOf(
  url: URL,
  lookup: Lookup,
  forbidden: Forbidden,
): Promise<Address[]> {
  const host = url.hostname.replace(/^\[|\]$/g, "")
  const family = isIP(host)
  const addresses = family ? [{ address: host, family }] : await resolve(host, lookup)
  for (const { address } of addresses) {
    const why = forbidden(address)
    if (!why) continue
    const named = family ? host : `${host} has the address ${address}, which`
    throw new AppError("ForbiddenUrlError", `${named} ${why}.`, {
      host: url.host,
      address,
      help: "Set ALLOW_PRIVATE_URLS=true if pages of private addresses are to be read.",
    })
  }
  return addresses
}

async function resolve(host: string, lookup: Lookup): Promise<Address[]> {
  const addresses = await lookup(host).catch(() => [])
  if (addresses.length > 0) return addresses
  throw new AppError("DocumentProcessingError", `The name ${host} has no address.`, { host })
}
