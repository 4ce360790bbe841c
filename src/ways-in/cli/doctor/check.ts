export type Check = {
  name: string
  /** Only what failed keeps Amelia from being used. */
  status: "ok" | "warning" | "failed"
  found: string
  /** What to do, unless `found` says it. */
  mend: string | null
}

export function ok(name: string, found: string): Check {
  return { name, status: "ok", found, mend: null }
}

export function warning(name: string, found: string, mend: string | null = null): Check {
  return { name, status: "warning", found, mend }
}

export function failed(name: string, found: string, mend: string | null = null): Check {
  return { name, status: "failed", found, mend }
}
