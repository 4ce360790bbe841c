import type { Cost } from "../src/platform/shapes/cost"

const BYTE_UNITS = ["B", "KB", "MB", "GB", "TB"]

/** 1536 → "1.5 KB". One unit is 1024 of the previous. */
export function formatBytes(bytes: number): string {
  let amount = bytes
  let unit = 0
  while (amount >= 1024 && unit < BYTE_UNITS.length - 1) {
    amount /= 1024
    unit += 1
  }
  const digits = unit === 0 || amount >= 100 ? 0 : 1
  return `${amount.toFixed(digits)} ${BYTE_UNITS[unit]}`
}

/** 850 → "850 ms", 12400 → "12.4 s", 125000 → "2 min 5 s", 7500000 → "2 h 5 min". */
export function formatDuration(ms: number): string {
  if (ms < 1000) return `${Math.max(0, Math.round(ms))} ms`
  if (ms < 59_950) return `${(ms / 1000).toFixed(1)} s`
  const seconds = Math.round(ms / 1000)
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return `${minutes} min ${seconds % 60} s`
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}

/** Formats a price. null means unknown and is never shown as a number. */
export function formatUsd(usd: number | null): string {
  if (usd === null) return "unknown"
  if (usd === 0 || usd >= 0.01) return `$${usd.toFixed(2)}`
  return usd < 0.0001 ? "< $0.0001" : `$${usd.toFixed(4)}`
}

/** Formats a cost. If only part of it is known, as "≥ $0.12". */
export function formatCost({ cost_usd, known_cost_usd }: Cost): string {
  if (cost_usd !== null || known_cost_usd === 0) return formatUsd(cost_usd)
  return `≥ ${formatUsd(known_cost_usd)}`
}

/** Like formatCost, but says "cost unknown" instead of "unknown". */
export function costNote(cost: Cost): string {
  return cost.cost_usd === null ? `cost ${formatCost(cost)}` : formatCost(cost)
}

/** 950 → "950", 12400 → "12.4k", 3200000 → "3.2M". */
export function formatCount(count: number): string {
  if (count < 1000) return String(count)
  if (count < 999_950) return `${(count / 1000).toFixed(1)}k`
  return `${(count / 1_000_000).toFixed(1)}M`
}

/** plural(1, "passage") → "1 passage", plural(3, "passage") → "3 passages". */
export function plural(count: number, noun: string, nouns = `${noun}s`): string {
  return `${count.toLocaleString("en")} ${count === 1 ? noun : nouns}`
}

export function formatPercent(share: number): string {
  return `${Math.round(Math.min(1, Math.max(0, share)) * 100)} %`
}

/** Formats a value of unknown shape: strings unchanged, anything else as indented JSON. */
export function formatValue(value: unknown): string {
  if (typeof value === "string") return value
  return JSON.stringify(value, null, 2) ?? ""
}
