/** How an agent's session is to work. */
export type AgentSession = {
  /** A new UUID. */
  id: string
  /** A session to go on from. It stays as it is: what follows belongs to the new id. */
  resume?: string
  model: string
  /** Added to what the CLI tells the model itself. */
  system: string
  permission_mode: string
  allowed_tools: string[]
  max_turns: number
  max_budget_usd?: number | undefined
  /** Whether the settings that the repository brings are used: see repositoryTrust. */
  trusted: boolean
}

/** One question to a model through the CLI, which then is no agent. */
export type PlainQuestion = { model: string; system: string; schema?: object }

const streaming = [
  ...["-p", "--output-format", "stream-json"],
  ...["--verbose", "--include-partial-messages"],
]

/** Nothing of a repository that runs programs, serves tools or redirects requests. */
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
    // With a sign of equality, since a text may begin with a dash.
    ...(system ? [`--append-system-prompt=${system}`] : []),
  ]
}

/** No tools, nothing of the user's own memory, hooks and servers, and nothing kept. */
export function plainArguments({ model, system, schema }: PlainQuestion): string[] {
  return [
    ...[...streaming, "--model", model],
    ...["--tools", "", "--safe-mode", "--strict-mcp-config", "--no-session-persistence"],
    `--system-prompt=${system}`,
    ...(schema ? ["--json-schema", JSON.stringify(schema)] : []),
  ]
}
