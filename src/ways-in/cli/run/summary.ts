import type { Artifact } from "../../../features/runs/schema"

/** Shorter results are shown whole. */
const LINES_MAX = 20
const INTRO_MAX = 600

/** Returns what each artifact says of itself: its title, and what stands before its first section. */
export function summaryOf(artifacts: Artifact[]): string {
  return artifacts.map(({ content }) => `${summarize(content.trim())}\n`).join("\n")
}

function summarize(content: string): string {
  const lines = content.split("\n")
  if (lines.length <= LINES_MAX) return content
  const [title = "", ...rest] = lines
  const end = rest.findIndex((line) => line.startsWith("##"))
  const intro = (end < 0 ? rest.slice(0, LINES_MAX) : rest.slice(0, end)).join("\n").trim()
  return [title, cut(intro) || sectionsOf(lines)].filter((it) => it !== "").join("\n")
}

/** For a text that begins with its first section: the sections' names. */
function sectionsOf(lines: string[]): string {
  const names = lines.flatMap((line) => /^## +(.+)/.exec(line)?.[1] ?? [])
  return names.join(", ")
}

function cut(text: string): string {
  const characters = [...text]
  return characters.length <= INTRO_MAX ? text : `${characters.slice(0, INTRO_MAX - 1).join("")}…`
}
