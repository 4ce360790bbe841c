import { z } from "zod"
import type { Denial } from "../../engines/models/claude-code/protocol"
import { line, section } from "../../engines/roles/markdown"
import { permissionModes } from "../../platform/shapes/agent"

/** How an agent of type claude_code works; no other has these. */
export const sessionFields = {
  /** What it may do without being asked, since there is nobody to ask. */
  permission_mode: z.enum(permissionModes).optional(),
  /** Tools that it may use beside those of its mode, as in `Bash(npm test)`. */
  allowed_tools: z
    .array(
      z.string().regex(/^\w[\w-]*(\([^\n]+\))?$/, "A tool is a name, or as in Bash(npm test)."),
    )
    .max(100)
    .optional(),
  max_turns: z.number().int().min(1).max(1000).optional(),
}
export const sessionFieldNames = ["permission_mode", "allowed_tools", "max_turns"] as const

/** What a session of Claude Code gives. */
export type SessionOutput = {
  /** Its last words, in Markdown. */
  summary: string
  repo: string
  /** By their paths from the root of the repository. */
  files_changed: string[]
  num_turns: number
  session_id: string
  permission_denials: Denial[]
  cost_usd: number | null
}

export function renderSession(output: SessionOutput): string {
  const { summary, files_changed, permission_denials } = output
  const denied = permission_denials.map((denial) => `- ${code(toolText(denial))}`)
  return [
    `# What Claude Code did\n\n${summary.trim()}\n`,
    section(
      "Changed files",
      files_changed.map((path) => `- ${code(path)}`),
      "None.",
    ),
    ...(denied.length > 0 ? [section("What it was not allowed to do", denied, "")] : []),
  ].join("\n")
}

const TOOL_TEXT_MAX = 200
/** The input that says most, by tools: the first of these that there is. */
const telling = ["command", "file_path", "notebook_path", "pattern", "path", "url", "query"]

/** `Bash: npm test` on one line. */
export function toolText({ tool_name, tool_input }: Denial): string {
  const input: Record<string, unknown> = Object(tool_input)
  const said = telling.map((key) => input[key]).find((value) => typeof value === "string")
  return said ? `${tool_name}: ${line(String(said)).slice(0, TOOL_TEXT_MAX)}` : tool_name
}

function code(text: string): string {
  return `\`${line(text).replaceAll("`", "'")}\``
}
