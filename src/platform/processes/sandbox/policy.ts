/**
 * The rights of a program. It can read all files and write none, except for these paths; where one
 * lies in another, the longer path decides. Paths that don't exist are ignored.
 */
export type Policy = {
  writable: string[]
  /** Read-only, although they lie in something hidden or writable. */
  readable?: string[]
  /** The program sees an empty folder or file instead. */
  hidden: string[]
  /** Files of which the program gets a copy that it may write. Its changes are thrown away. */
  copied?: string[]
  /** `outside` is the public internet, through a proxy that refuses every other address. */
  network: "none" | "outside" | "all"
  /** `host:port` pairs that `outside` allows as well, whatever their addresses are. */
  reachable?: string[]
}

/** A policy, and the program that enforces it: bubblewrap, or sandbox-exec on macOS. */
export type Sandbox = Policy & { program: string }

export type Command = {
  argv: [string, ...string[]]
  cwd: string
  env: Record<string, string>
  /** Whether it reads a secret from descriptor 3. */
  hasSecret?: boolean
}
