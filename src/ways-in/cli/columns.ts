/** Formats rows as aligned columns; the first row holds the headings. Cuts long cells. */
export function inColumns(rows: string[][], cellMax = 60): string {
  const cells = rows.map((row) => row.map((cell) => cut(cell.replace(/\s+/g, " "), cellMax)))
  const count = Math.max(0, ...cells.map((row) => row.length))
  const widths = Array.from({ length: count }, (_, column) =>
    Math.max(...cells.map((row) => [...(row[column] ?? "")].length)),
  )
  const lines = cells.map((row) =>
    row
      .map((cell, column) => cell + " ".repeat((widths[column] ?? 0) - [...cell].length))
      .join("  "),
  )
  return lines.map((line) => `${line.trimEnd()}\n`).join("")
}

function cut(text: string, max: number): string {
  const characters = [...text]
  return characters.length <= max ? text : `${characters.slice(0, max - 1).join("")}…`
}
