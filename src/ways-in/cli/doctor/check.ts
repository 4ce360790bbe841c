export type Check = {
  name: string
  /** Only "failed" keeps Amelia from running. "unused": not set up, and nothing needs it. */
  status: "ok" | "unused" | "warning" | "failed"
  found: string
  /** How to fix it; null if nothing is wrong or `found` already says it. */
  fix: string | null
}

export function ok(name: string, found: string): Check {
  return { name, status: "ok", found, fix: null }
}

export function unused(name: string, found: string, fix: string | null = null): Check {
  return { name, status: "unused", found, fix }
}

export function warning(name: string, found: string, fix: string | null = null): Check {
  return { name, status: "warning", found, fix }
}

export function failed(name: string, found: string, fix: string | null = null): Check {
  return { name, status: "failed", found, fix }
}
