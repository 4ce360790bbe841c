/** True if new work is accepted. Only server.ts changes it. */
export type Readiness = { ready: boolean; reason: string }
