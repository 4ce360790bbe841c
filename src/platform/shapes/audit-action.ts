/** Actions that are audited. With REQUIRE_PRESENCE they need proof that a person is present. */
export const auditActions = [
  "decide_gate",
  "raise_budget",
  "change_settings",
  "set_up_provider",
  "create_agent",
  "change_agent",
  "trust_repository",
] as const
export type AuditAction = (typeof auditActions)[number]
