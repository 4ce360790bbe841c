import { z } from "zod"
import { type FoundFile, parseSettings } from "./settings-json"
import { visibleLine } from "./visible"

const NAMES_MAX = 8
const PHRASES_MAX = 30

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
type Settings = z.infer<typeof settings>
const servers = z.looseObject({ mcpServers: anything }).catch({ mcpServers: {} })

const described = [
  ...["hooks", "env", "enabledPlugins", "permissions", "enableAllProjectMcpServers"],
  "apiKeyHelper",
]
/** Settings whose value is a command that Claude Code runs. */
const commandSettings = /(Helper|Refresh|Export|Command|statusLine|StatusLine|fileSuggestion)$/
const addresses = /(URL|PROXY|ENDPOINT|SOCKET)$/i

export function summaryOf(files: FoundFile[]): string {
  const own = files.filter(({ path }) => /\.claude\/settings(\.local)?\.json$/i.test(path))
  const lists = files.filter(({ path }) => /\.mcp\.json$/i.test(path))
  const parsed = own.map((file) => settings.parse(parseSettings(file)))
  // Risks to the API key come first, since a long list is cut.
  const key = [...parsed.flatMap(keyPhrases), mentionPhrase(files)]
  const others = [...parsed.flatMap(settingsPhrases), ...lists.map(serverPhrase), additions(files)]
  const all = [...new Set([...key, ...others])].filter(Boolean)
  return all.length > 0 ? `Once trusted, they ${list(all, PHRASES_MAX)}.` : ""
}

function keyPhrases({ apiKeyHelper, env: { ANTHROPIC_BASE_URL: url } = {} }: Settings): string[] {
  const helper = "run the command of apiKeyHelper, whose output is sent as API key"
  const address = `send requests, with your API key, to ${visibleLine(String(url))}`
  return [
    apiKeyHelper === undefined ? "" : helper,
    url === undefined ? "" : `${address} (ANTHROPIC_BASE_URL)`,
  ]
}

/** Names files that mention the key: Claude Code expands variables in servers' URLs and headers. */
function mentionPhrase(files: FoundFile[]): string {
  const names = files.filter(({ bytes }) => /ANTHROPIC_(API_KEY|AUTH_TOKEN)/.test(String(bytes)))
  const paths = names.map(({ path }) => path)
  return phrase("mention your API key in", paths)
}

function settingsPhrases(parsed: Settings): string[] {
  const { hooks = {}, env = {}, permissions = { allow: [] }, enabledPlugins = {} } = parsed
  const others = Object.keys(parsed).filter((key) => !described.includes(key))
  const plain = others.filter((key) => !isCommand(key))
  const { allow, ...limits } = permissions
  return [
    phrase("run commands on", Object.keys(hooks)),
    phrase("run the commands of", others.filter(isCommand)),
    ...Object.entries(env).filter(isAddress).map(addressPhrase),
    phrase("set the variables", Object.keys(env)),
    phrase("allow without asking", allow),
    phrase("change the permissions by", Object.keys(limits)),
    parsed.enableAllProjectMcpServers === true ? "start all MCP servers of .mcp.json" : "",
    phrase("use the plugins", Object.keys(enabledPlugins)),
    phrase("set", plain),
  ]
}

function isCommand(key: string): boolean {
  return commandSettings.test(key)
}

function isAddress([name]: [string, unknown]): boolean {
  return name !== "ANTHROPIC_BASE_URL" && addresses.test(name)
}

function addressPhrase([name, value]: [string, unknown]): string {
  return `send traffic to ${visibleLine(String(value))} (${visibleLine(name)})`
}

function serverPhrase(file: FoundFile): string {
  const { mcpServers } = servers.parse(parseSettings(file))
  return phrase("start the MCP servers", Object.keys(mcpServers))
}

/** Counts skills, commands and agents, which may bring their own commands and hooks. */
function additions(files: FoundFile[]): string {
  const counts = ["skills", "commands", "agents", "hooks", "workflows"].map((kind) => {
    const those = files.filter(({ path }) => path.includes(`.claude/${kind}/`))
    return those.length > 0 ? `${those.length} in ${kind}` : ""
  })
  const some = counts.filter(Boolean)
  return some.length > 0 ? `add files that may bring commands: ${list(some)}` : ""
}

function phrase(verb: string, names: string[]): string {
  return names.length > 0 ? `${verb} ${list(names.map((name) => visibleLine(name)))}` : ""
}

function list(words: string[], max = NAMES_MAX): string {
  const rest = words.length - max
  const shown = rest > 0 ? [...words.slice(0, max), `${rest} more`] : words
  return new Intl.ListFormat("en").format(shown)
}
