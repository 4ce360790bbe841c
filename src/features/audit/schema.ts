import type { Way } from "../../platform/shapes/actor"
import type { AuditAction } from "../../platform/shapes/audit-action"

export type AuditEntry = {
  id: string
  action: AuditAction
  /** The changed run or agent; null for settings and repositories. */
  subject_id: string | null
  details: Record<string, unknown>
  via: Way
  program: string | null
  created_at: string
}
