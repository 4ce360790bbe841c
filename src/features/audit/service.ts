import type { Page } from "../../platform/db/page"
import type { DbDeps, PlatformDeps } from "../../platform/deps"
import { AppError } from "../../platform/errors"
import type { Actor } from "../../platform/shapes/actor"
import type { AuditAction } from "../../platform/shapes/audit-action"
import type { AuditEntry } from "./schema"
import * as store from "./store"

type Audited = {
  action: AuditAction
  subjectId?: string
  details: Record<string, unknown>
}

/** Records a change, in its transaction. Throws ForbiddenActorError if presence isn't proven. */
export async function authorize(
  { db, config }: Pick<PlatformDeps, "db" | "config">,
  { via, program, isPresent }: Actor,
  audited: Audited,
): Promise<void> {
  if (config.requirePresence && !isPresent) {
    const sentence =
      "REQUIRE_PRESENCE is on: do this on its page, or with the amelia command on a terminal. " +
      "If you did it on a page, reload that and try again."
    throw new AppError("ForbiddenActorError", sentence, { presence: "required", via, program })
  }
  await store.insertEntry(db, { ...audited, via, program })
}

export async function listAudit({ db }: DbDeps, page: Page): Promise<AuditEntry[]> {
  const rows = await store.listEntries(db, page)
  return rows.map(({ subjectId, createdAt, ...row }) => ({
    ...row,
    subject_id: subjectId,
    created_at: createdAt.toISOString(),
  }))
}
