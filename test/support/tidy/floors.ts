import type { SourceFile } from "./sources"

/** The nouns of features/. One may import those behind it, never one before it. */
export const features = [
  "docs",
  "status",
  "retention",
  "sample",
  "eval",
  "openai",
  "chat",
  "prompts",
  "runs",
  "git",
  "workflows",
  "agents",
  "library",
  "folders",
  "search",
  "documents",
  "usage",
  "settings",
  "login",
  "audit",
]

const floors = ["front door", "ways-in", "features", "engines", "platform"] as const
type Floor = (typeof floors)[number]

/** The floor of a file; undefined for a package, and for a file that stands on none. */
function floorOf(path: string): Floor | "views" | "build" | undefined {
  if (/^src\/(main|server|app|deps)\.ts$/.test(path)) return "front door"
  // It must stay in src/ itself, as it says.
  if (path === "src/embedded.ts") return "platform"
  const found = /^(?:src\/(ways-in|features|engines|platform|build)|(views))\//.exec(path)
  return (found?.[1] ?? found?.[2]) as Floor | undefined
}

/** The folder on a floor, such as `features/runs`: one room of the house. */
export function roomOf(path: string): string | undefined {
  return /^src\/((?:ways-in|features|engines|platform)\/[^/]+)\//.exec(path)?.[1]
}

const isSchema = (path: string) => /(^|\/)schema\.ts$/.test(path)
const isShape = (path: string) => path.startsWith("src/platform/shapes/")
/** Files that render pages: the only ones that may know views. */
const isPage = (path: string) =>
  /(\/|-)pages\.tsx$|\/(page-stream\.tsx|render-worker\.ts)$/.test(path)

/** One sentence for each import that breaks a rule of the house. */
export function brokenFloors(files: SourceFile[]): string[] {
  return files.flatMap(({ path, imports }) => {
    const from = floorOf(path)
    if (/^src\/[^/]+$/.test(path) && !from && !path.endsWith(".d.ts")) {
      return [`${path} stands on no floor: move it to ways-in/, features/, engines/ or platform/.`]
    }
    if (!from || from === "front door" || from === "build") return []
    return imports.flatMap((to) => {
      const rule = brokenRule(path, from, to)
      return rule ? [`${path} imports ${to}: ${rule}`] : []
    })
  })
}

function brokenRule(path: string, from: Floor | "views", to: string): string | undefined {
  const floor = floorOf(to)
  if (!floor) return undefined
  if (floor === "build") return "only scripts import the build."
  if (from === "views") {
    const isAllowed = floor === "views" || isSchema(to) || isShape(to)
    return isAllowed ? undefined : "views import schema.ts files and platform/shapes only."
  }
  if (floor === "views") return isPage(path) ? undefined : "only pages import views."
  if (from === "ways-in") return wayInRule(path, to, floor)
  if (floor === "front door") return "the front door imports the house, not the other way."
  if (floors.indexOf(floor) < floors.indexOf(from)) return `${from}/ imports nothing above it.`
  return from === "features" && floor === "features" ? featureRule(path, to) : undefined
}

function wayInRule(path: string, to: string, floor: Floor): string | undefined {
  const isClient = path.startsWith("src/ways-in/client/")
  if (isClient && to.startsWith("src/ways-in/") && !to.startsWith("src/ways-in/client/")) {
    return "the client serves every way in and knows none of them."
  }
  if (floor === "ways-in" || floor === "platform" || isSchema(to)) return undefined
  return "ways-in/ speaks HTTP: it imports schema.ts files, the client and platform/ only."
}

function featureRule(path: string, to: string): string | undefined {
  const [own, other] = [path, to].map((it) => it.split("/")[2] ?? "")
  if (own === undefined || other === undefined || own === other) return undefined
  const unknown = [own, other].find((noun) => !features.includes(noun))
  if (unknown) return `give ${unknown} a place in the order of features in test/support/tidy.`
  if (features.indexOf(other) > features.indexOf(own)) return undefined
  return `${own} stands below ${other}. The order is ${features.join(", ")}.`
}

/** Each pair of rooms that import each other, directly or through others, with the way around. */
export function circlesOfRooms(files: SourceFile[]): string[] {
  const arrows = new Map<string, Set<string>>()
  for (const { path, imports } of files) {
    const from = roomOf(path)
    for (const to of imports.map(roomOf)) {
      if (from && to && from !== to) arrows.set(from, (arrows.get(from) ?? new Set()).add(to))
    }
  }
  return [...arrows.keys()].flatMap((room) => {
    const way = wayBack(arrows, room)
    // Each circle is told once, from its first room.
    return way && [...way].sort()[0] === room ? [`${way.join(" → ")} → ${room} is a circle.`] : []
  })
}

/** The shortest way from a room back to itself. */
function wayBack(arrows: Map<string, Set<string>>, room: string): string[] | undefined {
  const ways = [[room]]
  const seen = new Set<string>()
  for (const way of ways) {
    for (const next of arrows.get(way.at(-1) ?? "") ?? []) {
      if (next === room) return way
      if (!seen.has(next)) ways.push([...way, next])
      seen.add(next)
    }
  }
  return undefined
}
