import { code, codeBlock, line, marks, table } from "./markdown"
import type { Change } from "./output-changes"

/** Lists the changes in a table, or nothing without changes. */
export function listChanges(changes: readonly Change[]): string[] {
  const rows = changes.map(({ path, action, purpose, tasks, citations }) => [
    code(path),
    action,
    `${line(purpose)}${marks(citations)}`,
    tasks.map(line).join(", "),
  ])
  return rows.length ? [table(["File", "Change", "Purpose", "Tasks"], rows)] : []
}

/** Shows new files in full, and edits as removed and added lines. */
export function showFiles(changes: readonly Change[]): string[] {
  return changes.flatMap(({ path, content, edits }) => {
    const blocks = edits.map(({ find, replace }) => codeBlock(diffOf(find, replace), "diff"))
    if (content !== null) blocks.push(codeBlock(content, languageOf(path)))
    return blocks.length ? [`### ${code(path)}\n\n${blocks.join("\n\n")}\n`] : []
  })
}

/** Formats an edit as a diff, without line numbers, which are unknown. */
function diffOf(find: string, replace: string): string {
  const lines = (sign: string, text: string) =>
    text
      ? text
          .replace(/\r?\n$/, "")
          .split("\n")
          .map((line) => `${sign}${line}`)
      : []
  return [...lines("-", find), ...lines("+", replace)].join("\n")
}

function languageOf(path: string): string | undefined {
  return /\.([a-z0-9]+)$/i.exec(path)?.[1]
}
