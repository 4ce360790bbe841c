import type { EngineDeps } from "../../engines/deps"
import { AppError } from "../../platform/errors"
import { listDocumentsAt } from "../folders/service"

/** Whether a source of an agent is the path of a folder; others are ids of documents. */
export function isFolderPath(source: string): boolean {
  return source.startsWith("/")
}

/**
 * The documents that an agent's sources are now. A folder without any is a ValidationError: no
 * sources at all would mean every document.
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

/** The documents in a folder that is kept, or in a part of one. Throws ValidationError for others. */
export async function documentsIn(
  deps: Pick<EngineDeps, "db" | "config">,
  path: string,
): Promise<string[]> {
  const found = await listDocumentsAt(deps, path)
  if (found) return found
  throw refused(
    `"${path}" is in no folder that Amelia keeps in step: add it to the documents first.`,
  )
}

function refused(message: string): AppError {
  return new AppError("ValidationError", message, {
    issues: [{ path: "context_sources", message }],
  })
}
