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
