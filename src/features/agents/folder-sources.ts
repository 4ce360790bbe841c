import type { EngineDeps } from "../../engines/deps"
import { AppError } from "../../platform/errors"
import { listDocumentsAt } from "../folders/service"

/** True if an agent's source is a folder path. Otherwise it is a document id. */
export function isFolderPath(source: string): boolean {
  return source.startsWith("/")
}

/**
 * Returns the ids of the documents that an agent's sources currently stand for. Throws
 * ValidationError for an empty folder, since an empty list would mean every document.
 */
export async function documentsOf(
  deps: Pick<EngineDeps, "db" | "config">,
  sources: string[],
): Promise<string[]> {
  const ids = new Set<string>()
  for (const source of sources) {
    const found = isFolderPath(source) ? await documentsIn(deps, source) : [source]
    if (found.length === 0) throw refused(`The folder ${source} has no documents yet.`)
    for (const id of found) ids.add(id)
  }
  return [...ids]
}

/** Lists the documents in a synced folder or a subfolder. Throws ValidationError for others. */
export async function documentsIn(
  deps: Pick<EngineDeps, "db" | "config">,
  path: string,
): Promise<string[]> {
  const found = await listDocumentsAt(deps, path)
  if (found) return found
  throw refused(
    `"${path}" is not in a folder that Amelia syncs: add the folder to the documents first.`,
  )
}

function refused(message: string): AppError {
  return new AppError("ValidationError", message, {
    issues: [{ path: "context_sources", message }],
  })
}
