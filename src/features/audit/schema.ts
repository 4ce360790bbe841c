import type { Way } from "../../platform/actors/schema"

/** Actions that are recorded. With REQUIRE_PRESENCE they need a proof that a person is there. */
export const auditActions = [
  "decide_gate",
  "raise_budget",
  "change_settings",
  "create_agent",
  "change_agent",
  "trust_repository",
] as const
export type AuditAction = (typeof auditActions)[number]

/** One change that matters, and how it came. */
export type AuditEntry = {
  id: string
  action: AuditAction
  /** The run or agent that it changed; null for settings and repositories. */
  subject_id: string | null
  /** The decision or the new values. */
  details: Record<string, unknown>
  via: Way
  program: string | null
  created_at: string
}
