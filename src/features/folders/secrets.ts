import type { FolderRow } from "../../platform/db/schema/folders"
import { SECRET_RULES_VERSION } from "../../platform/files/secret"

/** Returns the reason shown for a skipped file, if it looks like a secret. */
export function secretReason(what: string | undefined): string | undefined {
  return what && `It looks like a secret: ${what}.`
}

/** The version of the rules that apply to a folder now; each sync records the one it used. */
export function secretRules({ includeSecrets }: Pick<FolderRow, "includeSecrets">): number {
  return includeSecrets ? 0 : SECRET_RULES_VERSION
}

/** True if the last sync judged the files by other rules, so all of them must be read again. */
export function needsRejudging(folder: Pick<FolderRow, "includeSecrets" | "lastSync">): boolean {
  return folder.lastSync?.secretRules !== secretRules(folder)
}
