import { z } from "zod"
import type { Denial } from "../../engines/models/claude-code/protocol"
import { line, section } from "../../engines/roles/markdown"
import { permissionModes } from "../../platform/shapes/agent"

/** Fields that only agents of type claude_code have. */
export const sessionFields = {
  /** Sets what it may do without asking, because nobody can answer it. */
  permission_mode: z.enum(permissionModes).optional(),
  /** Tools that it may use in addition to its mode's, for example `Bash(npm test)`. */
  allowed_tools: z
    .array(
      z
        .string()
        .regex(/^\w[\w-]*(\([^\n]+\))?$/, "Give a tool's name, or a rule such as Bash(npm test)."),
    )
    .max(100)
    .optional(),
  max_turns: z.number().int().min(1).max(1000).optional(),
}
export const sessionFieldNames = ["permission_mode", "allowed_tools", "max_turns"] as const

export type SessionOutput = {
  /** Its final message, in Markdown. */
  summary: string
  repo: string
  /** Paths relative to the repository's root. */
  files_changed: string[]
  num_turns: number
  session_id: string
  permission_denials: Denial[]
  cost_usd: number | null
}

export function renderSession(output: SessionOutput): string {
  const { summary, files_changed, permission_denials } = output
  const changed = files_changed.map((path) => `- ${code(path)}`)
  const denied = permission_denials.map((denial) => `- ${code(toolText(denial))}`)
  return [
    `# What Claude Code did\n\n${summary.trim()}\n`,
    section("Changed files", changed, "None."),
    ...(denied.length > 0 ? [section("What it was not allowed to do", denied, "")] : []),
  ].join("\n")
}

const TOOL_TEXT_MAX = 200
/** Inputs that describe a tool call best. The first one present is shown. */
const shownInputs = ["command", "file_path", "notebook_path", "pattern", "path", "url", "query"]

/** Describes a tool call on one line, for example `Bash: npm test`. */
export function toolText({ tool_name, tool_input }: Denial): string {
  const input: Record<string, unknown> = Object(tool_input)
  const text = shownInputs.map((key) => input[key]).find((value) => typeof value === "string")
  return text ? `${tool_name}: ${line(String(text)).slice(0, TOOL_TEXT_MAX)}` : tool_name
}

function code(text: string): string {
  return `\`${line(text).replaceAll("`", "'")}\``
}
