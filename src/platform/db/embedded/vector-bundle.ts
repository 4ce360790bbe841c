import { join } from "node:path"
import { vectorBundleFile } from "../../../embedded"
import { extract, type OnReplaced } from "../../home/cache"

/**
 * Verifies pgvector's bundle and returns its path. It must be a real file: PGlite streams it, which
 * does not work from inside a binary. Call it before each load.
 */
export async function realVectorBundle(home: string, onReplaced: OnReplaced): Promise<string> {
  const bundle = await vectorBundleFile()
  if ("path" in bundle) return bundle.path
  return join(await extract(home, "pgvector", [bundle], onReplaced), bundle.name)
}
