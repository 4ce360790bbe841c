export type FoundFile = { path: string; bytes: Buffer }

/** Whether Claude Code reads this file as JSON: its settings and its list of MCP servers. */
export function isSettings(path: string): boolean {
  return /(^|\/)(\.claude\/settings(\.local)?|\.mcp)\.json$/i.test(path)
}

/** What such a file holds; undefined if it is not JSON. */
export function parseSettings({ bytes }: FoundFile): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes))
  } catch {
    return undefined
  }
}
