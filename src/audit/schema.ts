import type { Way } from "../actors/schema"

/** What is recorded, and what REQUIRE_PRESENCE asks a person to prove. */
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
  /** What was decided or set. */
  details: Record<string, unknown>
  via: Way
  program: string | null
  created_at: string
}
