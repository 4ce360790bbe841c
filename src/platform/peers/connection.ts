import ipaddr from "ipaddr.js"

/** One end of a TCP connection. */
export type Endpoint = { address: string; port: number }

/** A connection to this server, told apart by the client's end and the port that it came to. */
export type PeerConnection = { client: Endpoint; serverPort: number }

/** One way to write each address; ::ffff:127.0.0.1 is 127.0.0.1. */
export function canonical(address: string): string {
  return ipaddr.process(address).toString()
}
