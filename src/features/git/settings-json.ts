export type FoundFile = { path: string; bytes: Buffer }

/** True for files that Claude Code reads as JSON: its settings and its list of MCP servers. */
export function isSettings(path: string): boolean {
  return /(^|\/)(\.claude\/settings(\.local)?|\.mcp)\.json$/i.test(path)
}

/** Parses such a file. Returns undefined if it isn't JSON. */
export function parseSettings({ bytes }: FoundFile): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes))
  } catch {
    return undefined
  }
}
