import type { Unit } from "./unit"

/** An entry point: its full name, and its spelling in this statement. */
export type EntryPoint = {
  kind: "route" | "page" | "command" | "call" | "message"
  name: string
  written: string
  unit: Unit
}

const methods = "GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS"
/** `GET /x`, `GET|POST /x`, `GET https://host/x`, `curl -X POST https://host/x`. */
const route = new RegExp(
  `\\b((?:${methods})(?:\\|(?:${methods}))*)["'\\s\`*:]+(?:https?://[^\\s/]+|\\{\\{?\\w+\\}?\\})?(/[^\\s\`"'<>),;|]*)`,
  "g",
)
const method = new RegExp(`^(?:${methods})(?:[,/|] ?(?:${methods}))*$`)
/** The declaration of a function, up to its body. */
const signature =
  /^\s*(?:@\w+\s+)?(?:export\s+)?(?:default\s+)?(?:pub(?:lic)?\s+)?(?:static\s+)?(?:async\s+)?(?:function\*?|def|func|fn)\s+((?:\([^)]*\)\s*)?[A-Za-z_$][\w$]*(?:<[^>]*>|\[[^\]]*\])?\s*\([^{;]*?\)[^{;:=]*(?:->\s*[^{:]+|:\s*[\w<>[\]|. ]+)?)/
const call = /^(?:[\w$]+\.)*[A-Za-z_$][\w$]*\((?:[\w$\s,.:{}[\]?='"|]*)\)$/
const filePath =
  /(?<![\w@:/.])(?:\.{0,2}\/)?(?:[\w@.-]+\/)*[\w@.-]+\.(?:tsx?|jsx?|mjs|cjs|py|go|rs|java|kt|rb|php|cs|c|h|cpp|sql|json|ya?ml|toml|md|css|html|sh|env)\b(?!\/)/g
/** They install, build and fetch a product. They aren't its own commands. */
const programs =
  /^(?:npm|npx|pnpm|yarn|bun|bunx|deno|node|pip|python3?|cargo|go|git|docker(?:-compose)?|curl|wget|brew|make|cd|cp|mv|mkdir|export|source|apt(?:-get)?|sudo)$/

/** `Base URL: http://localhost/api`: routes are written with and without `/api`. */
const baseAddress = /\bbase (?:url|path|address)\b[^\n/]*?(?:https?:\/\/[^\s/`]+)?(\/[\w/-]*\w)/i
/** The first column of a table of messages. */
const messageHeader =
  /^(?:channels?|events?|messages?|topics?|rpcs?|operations?|quer(?:y|ies)|mutations?|kan[aä]le?|ereignis(?:se)?|canal|canaux|événements?)(?: names?)?$/i

/** True for a row that describes an entry point, so it is no feature by itself. */
export function isInterface(unit: Unit): boolean {
  return routesOf(unit).length > 0 || messagesOf(unit).length > 0
}

/** A list of fewer paths is no map of a site. */
const PAGES_MIN = 3

const isPath = (code: string) => /^\/(?:[\w{}[\]:-]+(?:\/|$))*$/.test(code)

/** Reads lists and tables of pages, such as "`/about`: who we are". */
function pagesOf(units: readonly Unit[]): EntryPoint[] {
  const pages = units.flatMap((unit) => {
    const isFirst = (unit.kind === "item" ? unit.quote : (unit.cells[0] ?? "")).startsWith("`/")
    const paths = isFirst && !routesOf(unit).length ? unit.code.filter(isPath) : []
    return paths.map((name) => ({ kind: "page" as const, name, written: name, unit }))
  })
  const bySection = Map.groupBy(pages, ({ unit }) => unit.section)
  return [...bySection.values()].filter(({ length }) => length >= PAGES_MIN).flat()
}

function messagesOf(unit: Unit): EntryPoint[] {
  const [name] = messageHeader.test(unit.header[0] ?? "") ? unit.code : []
  const isFirst = name !== undefined && unit.cells[0]?.replace(/`/g, "") === name
  return isFirst ? [{ kind: "message", name, written: name, unit }] : []
}

/** Command lines in a code block are often examples of the same thing, so few are kept. */
const EXAMPLES_A_SECTION = 2
const isExample = ({ kind, unit }: EntryPoint) => kind === "command" && unit.kind === "code"
const beside = (a: EntryPoint, b: EntryPoint) => a.unit.section === b.unit.section

/** Finds routes, messages, commands and calls named in the text, each once, in order. */
export function entryPointsOf(units: readonly Unit[]): EntryPoint[] {
  const own = ownCommands(units)
  const isOwn = (program: string, isPrompted: boolean) =>
    own.has(program) || (isPrompted && !programs.test(program))
  const base = units.flatMap(({ quote }) => baseAddress.exec(quote)?.[1] ?? [])[0] ?? ""
  const found = units.flatMap((unit) => {
    const routes = routesOf(unit)
    // A line such as `curl -X POST …` shows the route.
    const others = routes.length ? [] : commandsOf(unit, isOwn)
    return [...routes, ...messagesOf(unit), ...others, ...callsOf(unit)]
  })
  found.push(...pagesOf(units))
  const known = (name: string) => name.replace(` ${base}/`, " /")
  const once = found.filter(
    ({ name }, at) => found.findIndex((other) => known(other.name) === known(name)) === at,
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
    const place = path.replace(/[.:*]+$|\?.*$/, "")
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
    const isWord = /^[a-z][a-z0-9-]+$/.test(first) && !programs.test(first)
    if (second && isWord) counts.set(first, (counts.get(first) ?? 0) + 1)
  }
  return new Set([...counts].flatMap(([word, count]) => (count > 1 ? [word] : [])))
}

/** Finds commands of tools, such as `npm test`: no part of a product, but what it is built with. */
export function toolsOf(units: readonly Unit[]): EntryPoint[] {
  return units.flatMap((unit) => commandsOf(unit, (program) => programs.test(program)))
}

function commandsOf(
  unit: Unit,
  isKnown: (program: string, isPrompted: boolean) => boolean,
): EntryPoint[] {
  const lines = unit.kind === "code" ? [unit.text.replace(/^[$>]\s+/, "")] : unit.code
  const prompted = unit.kind === "code" && /^[$>]\s/.test(unit.text)
  return lines.flatMap((line) => {
    const [first = "", second = ""] = line.split(/\s+/)
    const isCommand =
      isKnown(first, prompted) && /^[\w[<.@/-]/.test(second) && !/^(?:=|:)/.test(second)
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
  return path && /^(?!\/\/).*\w/.test(path) && purpose && purpose.split(" ").length > 1
    ? { path, purpose }
    : undefined
}
