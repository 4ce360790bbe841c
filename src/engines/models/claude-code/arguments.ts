/** Options of an agent's session. */
export type AgentSession = {
  /** A new UUID. */
  id: string
  /** The session to continue. It stays unchanged; new messages belong to the new id. */
  resume?: string
  model: string
  /** Appended to the CLI's own system prompt. */
  system: string
  permission_mode: string
  allowed_tools: string[]
  max_turns: number
  max_budget_usd?: number | undefined
  /** True to use the repository's own settings: see repositoryTrust. */
  trusted: boolean
}

type PlainQuestion = { model: string; system: string; schema?: object }

const streaming = [
  ...["-p", "--output-format", "stream-json"],
  ...["--verbose", "--include-partial-messages"],
]

/** Ignores repository settings, which could run programs, add tools or redirect requests. */
const ownSettingsOnly = ["--setting-sources", "user", "--strict-mcp-config"]

export function agentArguments(session: AgentSession): string[] {
  const { id, resume, model, system, allowed_tools: allowed, max_budget_usd: budget } = session
  return [
    ...[...streaming, "--model", model],
    ...(session.trusted ? ["--setting-sources", "user,project,local"] : ownSettingsOnly),
    ...["--session-id", id],
    ...(resume ? ["--resume", resume, "--fork-session"] : []),
    ...["--permission-mode", session.permission_mode],
    ...["--max-turns", String(session.max_turns)],
    ...(allowed.length > 0 ? ["--allowedTools", ...allowed] : []),
    ...(budget === undefined ? [] : ["--max-budget-usd", String(budget)]),
    // With an equals sign, since the text may begin with a dash.
    ...(system ? [`--append-system-prompt=${system}`] : []),
  ]
}

/** Turns off tools, the user's memory, hooks and MCP servers, and saving the session. */
export function plainArguments({ model, system, schema }: PlainQuestion): string[] {
  return [
    ...[...streaming, "--model", model],
    ...["--tools", "", "--safe-mode", "--strict-mcp-config", "--no-session-persistence"],
    `--system-prompt=${system}`,
    ...(schema ? ["--json-schema", JSON.stringify(schema)] : []),
  ]
}
