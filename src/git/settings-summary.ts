import { z } from "zod"
import { type FoundFile, parseSettings } from "./settings-json"
import { visibleLine } from "./visible"

const NAMES_MAX = 8

const anything = z.record(z.string(), z.unknown()).catch({})
const settings = z
  .looseObject({
    hooks: anything,
    env: anything,
    enabledPlugins: anything,
    permissions: z.looseObject({ allow: z.array(z.string()).catch([]) }).catch({ allow: [] }),
  })
  .partial()
  .catch({})
const servers = z.looseObject({ mcpServers: anything }).catch({ mcpServers: {} })

/** Told in words of their own. */
const told = ["hooks", "env", "enabledPlugins", "permissions", "enableAllProjectMcpServers"]
/** Settings whose value is a command that Claude Code runs. */
const commandSettings = /(Helper|Refresh|Export|Command|statusLine|StatusLine|fileSuggestion)$/
/** Variables that say where requests go, or through what. */
const addresses = /(URL|PROXY|ENDPOINT|SOCKET)$/i

/** What these files make Claude Code do, in one sentence. */
export function summaryOf(files: FoundFile[]): string {
  const own = files.filter(({ path }) => /\.claude\/settings(\.local)?\.json$/i.test(path))
  const lists = files.filter(({ path }) => /\.mcp\.json$/i.test(path))
  const phrases = [...own.flatMap(settingsPhrases), ...lists.flatMap(serverPhrases)]
  const all = [...new Set([...phrases, ...additions(files)])]
  return all.length > 0 ? `Once trusted, they ${list(all, all.length)}.` : ""
}

function settingsPhrases(file: FoundFile): string[] {
  const parsed = settings.parse(parseSettings(file))
  const { hooks = {}, env = {}, permissions = { allow: [] }, enabledPlugins = {} } = parsed
  const others = Object.keys(parsed).filter((key) => !told.includes(key))
  const { allow, ...limits } = permissions
  return [
    phrase("run commands on", Object.keys(hooks)),
    ...others.filter(isCommand).map(commandPhrase),
    ...Object.entries(env).filter(isAddress).map(addressPhrase),
    phrase("set the variables", Object.keys(env)),
    phrase("allow without asking", allow),
    phrase("change the permissions by", Object.keys(limits)),
    parsed.enableAllProjectMcpServers === true ? "start all MCP servers of .mcp.json" : "",
    phrase("use the plugins", Object.keys(enabledPlugins)),
    phrase(
      "set",
      others.filter((key) => !isCommand(key)),
    ),
  ].filter(Boolean)
}

function isCommand(key: string): boolean {
  return commandSettings.test(key)
}

function commandPhrase(key: string): string {
  if (key === "apiKeyHelper")
    return "run the command of apiKeyHelper, whose output is sent as API key"
  return `run the command of ${visibleLine(key)}`
}

function isAddress([name]: [string, unknown]): boolean {
  return addresses.test(name)
}

function addressPhrase([name, value]: [string, unknown]): string {
  const what = name === "ANTHROPIC_BASE_URL" ? "requests, with your API key," : "traffic"
  return `send ${what} to ${visibleLine(String(value))} (${visibleLine(name)})`
}

function serverPhrases(file: FoundFile): string[] {
  const { mcpServers } = servers.parse(parseSettings(file))
  return [phrase("start the MCP servers", Object.keys(mcpServers))].filter(Boolean)
}

/** Skills, commands and agents, each of which may bring commands and hooks of its own. */
function additions(files: FoundFile[]): string[] {
  const counts = ["skills", "commands", "agents", "hooks", "workflows"].map((kind) => {
    const those = files.filter(({ path }) => path.includes(`.claude/${kind}/`))
    return those.length > 0 ? `${those.length} of ${kind}` : ""
  })
  const some = counts.filter(Boolean)
  return some.length > 0 ? [`add files that may bring commands: ${list(some, some.length)}`] : []
}

function phrase(verb: string, names: string[]): string {
  return names.length > 0 ? `${verb} ${list(names.map((name) => visibleLine(name)))}` : ""
}

function list(words: string[], max = NAMES_MAX): string {
  const rest = words.length - max
  const shown = rest > 0 ? [...words.slice(0, max), `${rest} more`] : words
  return new Intl.ListFormat("en").format(shown)
}
