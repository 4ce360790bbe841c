import { loadavg } from "node:os"

/** One measured number. `aim` is what it should be, such as "≤ 150". */
export type Figure = { what: string; value: number; unit: string; aim?: string }

/** Prints figures as one table, with how busy the machine is. */
export function printFigures(figures: Figure[]): void {
  const rows = figures.map(({ what, value, unit, aim = "" }) => [what, written(value), unit, aim])
  const widths = [0, 1, 2].map((i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)))
  for (const [what = "", value = "", unit = "", aim = ""] of rows) {
    const columns = [what.padEnd(widths[0] ?? 0), value.padStart(widths[1] ?? 0)]
    console.log([...columns, unit.padEnd(widths[2] ?? 0), aim].join("  ").trimEnd())
  }
  console.log(
    `load average ${loadavg()
      .map((load) => load.toFixed(1))
      .join(" ")}`,
  )
}

/** The value that `share` of all don't exceed; 0.5 gives the median. */
export function quantile(values: number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN
}

/** The least and the median of several runs: of a busy machine the least says what is possible. */
export function ofRuns(what: string, values: number[], unit: string, aim?: string): Figure[] {
  return [
    { what: `${what}, least of ${values.length}`, value: Math.min(...values), unit },
    { what: `${what}, median`, value: quantile(values, 0.5), unit, ...(aim ? { aim } : {}) },
  ]
}

function written(value: number): string {
  if (value >= 100) return Math.round(value).toLocaleString("en")
  return value.toFixed(value < 1 ? 2 : 1)
}
