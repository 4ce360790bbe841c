import type { EngineDeps } from "../../engines/deps"
import { invalid } from "../../platform/errors"
import { listDocumentsAt } from "../folders/service"

/** True if an agent's source is a folder path. Otherwise it is a document id. */
export function isFolderPath(source: string): boolean {
  return source.startsWith("/")
}

/** Lists the documents of an agent's sources. Refuses an empty folder: [] would mean all. */
export async function documentsOf(
  deps: Pick<EngineDeps, "db" | "config">,
  sources: string[],
): Promise<string[]> {
  const ids = new Set<string>()
  for (const source of sources) {
    const found = isFolderPath(source) ? await documentsIn(deps, source) : [source]
    if (found.length === 0)
      throw invalid("context_sources", `The folder ${source} has no documents yet.`)
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
  const sentence = `"${path}" is not in a folder that Amelia syncs: add the folder to the documents first.`
  throw invalid("context_sources", sentence)
}
