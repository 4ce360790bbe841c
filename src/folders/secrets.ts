import { SECRET_RULES_VERSION } from "../documents/secret"
import type { FolderRow } from "./table"

/** Why a file of a folder is no document. */
export function secretReason(what: string | undefined): string | undefined {
  return what && `It looks like a secret: ${what}.`
}

/** The rules by which the files of a folder are judged now, as its last sync records them. */
export function secretRules({ includeSecrets }: Pick<FolderRow, "includeSecrets">): number {
  return includeSecrets ? 0 : SECRET_RULES_VERSION
}

/** Whether files that are documents have to be read again, since they were judged by other rules. */
export function needsRejudging(folder: Pick<FolderRow, "includeSecrets" | "lastSync">): boolean {
  return folder.lastSync?.secretRules !== secretRules(folder)
}
