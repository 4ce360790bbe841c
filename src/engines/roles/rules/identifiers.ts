import type { Unit } from "./unit"

/** An entry point: its full name, and its spelling in this statement. */
export type EntryPoint = {
  kind: "route" | "command" | "call"
  name: string
  written: string
  unit: Unit
}

const methods = "GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS"
/** `GET /x`, `GET|POST /x`, `GET https://host/x`, `curl -X POST https://host/x`. */
const route = new RegExp(
  `\\b((?:${methods})(?:\\|(?:${methods}))*)[\\s\`*:]+(?:https?://[^\\s/]+|\\{\\{?\\w+\\}?\\})?(/[^\\s\`"'<>),;|]*)`,
  "g",
)
const method = new RegExp(`^(?:${methods})(?:[,/|] ?(?:${methods}))*$`)
/** The declaration of a function, up to its body. */
const signature =
  /^\s*(?:@\w+\s+)?(?:export\s+)?(?:default\s+)?(?:pub(?:lic)?\s+)?(?:static\s+)?(?:async\s+)?(?:function\*?|def|func|fn)\s+((?:\([^)]*\)\s*)?[A-Za-z_$][\w$]*(?:<[^>]*>|\[[^\]]*\])?\s*\([^{;]*?\)[^{;:=]*(?:->\s*[^{:]+|:\s*[\w<>[\]|. ]+)?)/
const call = /^(?:[\w$]+\.)*[A-Za-z_$][\w$]*\((?:[\w$\s,.:{}[\]?='"|]*)\)$/
const filePath =
  /(?<![\w@:/.])(?:\.{0,2}\/)?(?:[\w@.-]+\/)*[\w@.-]+\.(?:tsx?|jsx?|mjs|cjs|py|go|rs|java|kt|rb|php|cs|c|h|cpp|sql|json|ya?ml|toml|md|css|html|sh|env)\b(?!\/)/g
const programs =
  /^(?:npm|npx|pnpm|yarn|bun|bunx|deno|node|pip|python3?|cargo|go|git|docker|curl|brew|make)$/

/** Command lines in a code block are often examples of the same thing, so few are kept. */
const EXAMPLES_A_SECTION = 2
const isExample = ({ kind, unit }: EntryPoint) => kind === "command" && unit.kind === "code"
const beside = (a: EntryPoint, b: EntryPoint) => a.unit.section === b.unit.section

/** Finds routes, commands and calls named in the text, each once, in order. */
export function entryPointsOf(units: readonly Unit[]): EntryPoint[] {
  const own = ownCommands(units)
  const found = units.flatMap((unit) => [
    ...routesOf(unit),
    ...commandsOf(unit, own),
    ...callsOf(unit),
  ])
  const once = found.filter(
    ({ name }, at) => found.findIndex((other) => other.name === name) === at,
  )
  return once.filter((entry, at) => {
    const alike = once.slice(0, at).filter((other) => isExample(other) && beside(other, entry))
    return !isExample(entry) || alike.length < EXAMPLES_A_SECTION
  })
}

/** Finds routes. `/:id` after `/api/users` is short for `/api/users/:id`. */
function routesOf(unit: Unit): EntryPoint[] {
  const shared = unit.kind === "code" ? unit.quote : unit.block
  const base = /(?<=[A-Z] )\/[^\s`:]+/.exec(shared)?.[0].replace(/\/$/, "") ?? ""
  const inText = [...unit.quote.matchAll(route)].flatMap(([written, verbs = "", path = ""]) => {
    const place = path.replace(/[.:*]+$/, "")
    const name = `${verbs} ${place.startsWith("/:") ? base : ""}${place}`
    return [{ kind: "route" as const, name, written, unit }]
  })
  return inText.length ? inText : routesInRow(unit)
}

/** Reads a row of a table that has the method and the path in cells of their own. */
function routesInRow(unit: Unit): EntryPoint[] {
  const bare = unit.cells.map((cell) => cell.replace(/`/g, "").trim())
  const verbs = bare.find((cell) => method.test(cell))
  const path = bare.find((cell) => /^\/[^\s]*$/.test(cell))
  if (!verbs || !path) return []
  const name = `${verbs.replace(/[,/] ?/g, "|")} ${path}`
  return [{ kind: "route", name, written: path, unit }]
}

/** Finds the product's own commands: words that start several code spans with arguments. */
function ownCommands(units: readonly Unit[]): Set<string> {
  const counts = new Map<string, number>()
  for (const code of units.flatMap(({ code }) => code)) {
    const [first = "", second] = code.split(/\s+/)
    if (second && /^[a-z][a-z0-9-]+$/.test(first)) counts.set(first, (counts.get(first) ?? 0) + 1)
  }
  return new Set([...counts].flatMap(([word, count]) => (count > 1 ? [word] : [])))
}

function commandsOf(unit: Unit, own: ReadonlySet<string>): EntryPoint[] {
  const lines = unit.kind === "code" ? [unit.text.replace(/^[$>]\s+/, "")] : unit.code
  const prompted = unit.kind === "code" && /^[$>]\s/.test(unit.text)
  return lines.flatMap((line) => {
    const [first = "", second = ""] = line.split(/\s+/)
    const known = own.has(first) || programs.test(first) || prompted
    const isCommand = known && /^[\w[<.@/-]/.test(second) && !/^(?:=|:)/.test(second)
    return isCommand && line.length < 120 && !line.includes("`")
      ? [{ kind: "command", name: line, written: line, unit }]
      : []
  })
}

function callsOf(unit: Unit): EntryPoint[] {
  const declared = unit.kind === "code" ? signature.exec(unit.quote)?.[1]?.trim() : undefined
  if (declared) return [{ kind: "call", name: declared, written: declared, unit }]
  const names = unit.code.filter((code) => call.test(code) && code.length < 80)
  return names.map((name) => ({ kind: "call", name, written: name, unit }))
}

/** Finds file paths, as written. */
export function pathsOf(units: readonly Unit[]): string[] {
  const found = units.flatMap(({ quote }) => quote.match(filePath) ?? [])
  const notAFile = /^\/|^(?:[\w-]+\.js|\d.*)$|^(?:https?|www)\b/i
  const real = found.filter((path) => !notAFile.test(path))
  return [...new Set(real)]
}

/** Reads a line of a drawn file tree, such as `store.ts   reads and writes`. */
export function treeLine(unit: Unit): { path: string; purpose: string } | undefined {
  const line =
    /^[\s│├└─|`+-]*([\w@.{},*/<>-]*[/.][\w@.{},*/<>-]*)\s{2,}(?:#\s*|\/\/\s*)?([\p{L}`"(][^│─]*)$/u
  const [, path, purpose] = (unit.kind === "code" && line.exec(unit.quote)) || []
  return path && purpose && purpose.split(" ").length > 1 ? { path, purpose } : undefined
}
