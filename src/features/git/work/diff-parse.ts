import { type DiffFile, fileChanges, type Hunk } from "./schema"

/** What git says about one file, and in how many sections of the patch it is. */
type Change = { file: Omit<DiffFile, "hunks">; sections: number }

const SUBMODULE = "160000"

/** Parses `git diff --raw --numstat -z`: all files, then the counts of all files. */
export function readChanges(listed: string): Change[] {
  const fields = listed.split("\0")
  const changes: Change[] = []
  let at = 0
  while (fields[at]?.startsWith(":")) {
    const [before = "", after = "", , , letters = ""] = (fields[at++] ?? "").slice(1).split(" ")
    const letter = (letters[0] ?? "M") as keyof typeof fileChanges
    const first = fields[at++] ?? ""
    const isMoved = letter === "R" || letter === "C"
    const path = isMoved ? (fields[at++] ?? "") : first
    const file = {
      ...{ path, old_path: isMoved ? first : null, status: fileChanges[letter] ?? "modified" },
      ...{ additions: 0, deletions: 0, binary: false },
      submodule: before === SUBMODULE || after === SUBMODULE,
    }
    changes.push({ file, sections: { T: 2, U: 0 }[letter as string] ?? 1 })
  }
  const counts = readCounts(fields.slice(at))
  for (const { file } of changes) Object.assign(file, counts.get(file.path))
  return changes
}

type Counts = Pick<DiffFile, "additions" | "deletions" | "binary">

function readCounts(fields: string[]): Map<string, Counts> {
  const counts = new Map<string, Counts>()
  for (let at = 0; at < fields.length; at++) {
    const [added = "", deleted = "", ...rest] = (fields[at] ?? "").split("\t")
    if (added === "") continue
    // A renamed file has its two paths in the next fields.
    let path = rest.join("\t")
    if (path === "") {
      at += 2
      path = fields[at] ?? ""
    }
    const binary = added === "-"
    counts.set(path, {
      additions: binary ? null : Number(added),
      deletions: binary ? null : Number(deleted),
      binary,
    })
  }
  return counts
}

export type Section = { hunks: Hunk[] }

const hunkStart = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@ ?(.*)$/s

/** Parses a patch into one section for each `diff --git`. Lines of files never look like one. */
export function parsePatch(patch: string): Section[] {
  const sections: Section[] = []
  let hunk: Hunk | undefined
  for (const line of patch.split("\n")) {
    if (line.startsWith("diff --git ")) {
      sections.push({ hunks: [] })
      hunk = undefined
      continue
    }
    const start = hunkStart.exec(line)
    if (start) {
      const [, oldStart, oldLines = "1", newStart, newLines = "1", heading = ""] = start
      hunk = {
        ...{ old_start: Number(oldStart), old_lines: Number(oldLines) },
        ...{ new_start: Number(newStart), new_lines: Number(newLines), heading, lines: [] },
      }
      sections.at(-1)?.hunks.push(hunk)
    } else if (hunk && /^[ +\-\\]/.test(line)) hunk.lines.push(line)
  }
  return sections
}
