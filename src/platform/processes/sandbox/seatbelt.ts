import type { Policy } from "./policy"
import type { Mount } from "./view"

/**
 * Builds a macOS profile as close to a policy as possible: temporary folders are shared, copied
 * files are read-only, and only this machine's addresses are blocked. The last matching rule wins.
 */
export function seatbeltProfile(
  { network, reachable = [] }: Pick<Policy, "network" | "reachable">,
  mounts: Mount[],
): string {
  return [
    "(version 1)",
    "(allow default)",
    // Each of these could make another process act for this one.
    "(deny appleevent-send)",
    "(deny signal (target others))",
    "(deny process-info* (target others))",
    "(deny file-write*)",
    '(allow file-write* (regex #"^/dev/(null|zero|tty|fd/|std(out|err)$)"))',
    ...mounts.flatMap(rules),
    ...networkRules(network, reachable),
  ].join("\n")
}

function rules({ path, access }: Mount): string[] {
  const place = `(subpath ${quoted(path)})`
  switch (access) {
    case "writable":
    case "temporary":
      return [`(allow file-read* file-write* ${place})`]
    case "shown":
      return [`(allow file-read* ${place})`]
    case "copied":
    case "readable":
      return [`(allow file-read* ${place})`, `(deny file-write* ${place})`]
    case "hidden":
      return [`(deny file-read* file-write* ${place})`]
  }
}

function networkRules(network: Policy["network"], reachable: string[]): string[] {
  if (network === "all") return []
  if (network === "none") return ["(deny network*)"]
  const ports = reachable.filter(isLocal).map((pair) => pair.slice(pair.lastIndexOf(":") + 1))
  return [
    '(deny network* (remote ip "localhost:*"))',
    "(deny network-outbound (remote unix-socket))",
    // The name resolver is behind this socket.
    '(allow network-outbound (literal "/private/var/run/mDNSResponder"))',
    ...ports.map((port) => `(allow network-outbound (remote ip "localhost:${port}"))`),
  ]
}

function isLocal(pair: string): boolean {
  return /^(localhost|127(\.\d+){3}|\[::1\]):\d+$/.test(pair)
}

function quoted(path: string): string {
  return `"${path.replace(/["\\]/g, "\\$&")}"`
}
