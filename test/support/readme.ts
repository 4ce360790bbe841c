/** A step of a walk through a document: a file to save, or commands and what they print. */
export type ReadmeStep =
  | { kind: "file"; name: string; text: string }
  | { kind: "commands"; lines: string[]; output: { text: string; isJson: boolean } | undefined }

type Fence = { language: string; text: string; before: string; gap: string }

/** Reads fences in order: a Markdown file after "Save this as", and `sh` with the output below it. */
export function readmeSteps(markdown: string): ReadmeStep[] {
  const fences = fencesOf(markdown)
  return fences.flatMap(({ language, text, before }, at): ReadmeStep[] => {
    const [, name] = /Save this as `([^`]+)`:\s*$/.exec(before) ?? []
    if (name) return [{ kind: "file", name, text }]
    if (language !== "sh") return []
    const next = fences[at + 1]
    const isOutput = next?.gap === "" && (next.language === "" || next.language === "json")
    const output = isOutput ? { text: next.text, isJson: next.language === "json" } : undefined
    return [{ kind: "commands", lines: text.trimEnd().split("\n").map(withoutComment), output }]
  })
}

function fencesOf(markdown: string): Fence[] {
  let end = 0
  return [...markdown.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)].map((match) => {
    const [whole, language = "", text = ""] = match
    const before = markdown.slice(0, match.index)
    const gap = markdown.slice(end, match.index).trim()
    end = match.index + whole.length
    return { language, text, before, gap }
  })
}

const withoutComment = (line: string) => line.replace(/\s+# .*$/, "")

const id = /[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}/
const moment = /\d{4}-\d\d-\d\dT[\d:.]+Z/
const duration = /\d+(?:\.\d+)? (?:s|ms)\b/
/** A step that takes no second prints no time. */
const columns = ` +(?:${duration.source} +)?`
const anyOf = new RegExp([id, moment, duration].map(({ source }) => `(${source})`).join("|"), "g")

/** Returns patterns for what is written: ids, times and what "…" leaves out may differ. */
export function patternsOf({ text, isJson }: { text: string; isJson: boolean }, folder: string) {
  const lines = text.trimEnd().split("\n")
  const parts = isJson ? lines.flatMap((line) => line.split(/,(?=")|, (?=…)/)) : lines
  const trimmed = isJson ? parts.map((part) => part.replace(/^\[\{|\}\]$/g, "")) : parts
  return trimmed.filter((part) => part !== "…").map((part) => patternOf(part, folder))
}

function patternOf(written: string, folder: string): RegExp {
  const here = written.replaceAll("/tmp/tour", folder)
  const pieces = here.split(anyOf).filter((piece) => piece !== undefined && piece !== "")
  const source = pieces.map((piece) => {
    for (const kind of [id, moment, duration]) {
      if (new RegExp(`^${kind.source}$`).test(piece)) return kind.source
    }
    return RegExp.escape(piece)
      .replace(/(?:\\x20){2,}/g, columns)
      .replaceAll("…", ".*")
  })
  return new RegExp(source.join(""))
}
