/**
 * The rights of a program. It can read all files and write none, except for these paths. Where
 * paths are nested, the longer one decides. Paths that don't exist are ignored.
 */
export type Policy = {
  writable: string[]
  /** Read-only, even inside something hidden or writable. */
  readable?: string[]
  /** The program sees an empty folder or file here. */
  hidden: string[]
  /** The program gets a writable copy of these files. Its changes are discarded. */
  copied?: string[]
  /** `outside` is the public internet, through a proxy that refuses all other addresses. */
  network: "none" | "outside" | "all"
  /** `host:port` pairs that `outside` also allows, whatever their addresses. */
  reachable?: string[]
}

/** A policy, and the program that enforces it: bubblewrap, or sandbox-exec on macOS. */
export type Sandbox = Policy & { program: string }

export type Command = {
  argv: [string, ...string[]]
  cwd: string
  env: Record<string, string>
  /** True if it reads a secret from descriptor 3. */
  hasSecret?: boolean
}
