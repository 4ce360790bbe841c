import ipaddr from "ipaddr.js"

export type Endpoint = { address: string; port: number }

/** A connection to this server, identified by the client's end and our port. */
export type PeerConnection = { client: Endpoint; serverPort: number }

/** Normalizes an address; ::ffff:127.0.0.1 becomes 127.0.0.1. */
export function canonical(address: string): string {
  return ipaddr.process(address).toString()
}
