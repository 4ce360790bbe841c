/** Whether new work is taken; changed by server.ts alone. */
export type Readiness = { ready: boolean; reason: string }
