import { lookup as lookupName } from "node:dns/promises"
import { isIP } from "node:net"
import { networkInterfaces } from "node:os"
import ipaddr from "ipaddr.js"
import { AppError } from "../errors"

export type Address = { address: string; family: number }

/** Resolves a name to all its addresses, as the operating system does. */
export type Lookup = (host: string) => Promise<Address[]>

/** Says why an address may not be fetched, as the end of a sentence; undefined if it may be. */
export type Forbidden = (address: string) => string | undefined

export const systemLookup: Lookup = (host) => lookupName(host, { all: true })

/** Allows only the public internet; for IPv6, 2000::/3 without ranges that embed IPv4. */
export const unlessPublic: Forbidden = (address) => {
  const parsed = ipaddr.parse(address)
  const range = parsed.range()
  if (range !== "unicast") return sentenceOf(range)
  const isGlobal = parsed.kind() === "ipv4" || parsed.match(ipaddr.parse("2000::"), 3)
  return isGlobal ? undefined : sentenceOf("reserved")
}

/** True if a network interface of this machine has this address. */
export function isOwnAddress(address: string): boolean {
  const own = Object.values(networkInterfaces()).flatMap((it) => it ?? [])
  return own.some((it) => it.address === address)
}

function sentenceOf(range: string): string {
  const words = range.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
  return `is in a ${words} range, which is not the public internet`
}

/**
 * Resolves a URL's host; one forbidden address refuses them all. Connect only to these, never to a
 * second resolution. Throws ForbiddenUrlError or DocumentProcessingError.
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
      help: "Set ALLOW_PRIVATE_URLS=true to allow pages on private addresses.",
    })
  }
  return addresses
}

async function resolve(host: string, lookup: Lookup): Promise<Address[]> {
  const addresses = await lookup(host).catch(() => [])
  if (addresses.length > 0) return addresses
  throw new AppError("DocumentProcessingError", `The name ${host} has no address.`, { host })
}
